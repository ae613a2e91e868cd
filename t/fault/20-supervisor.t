#!/usr/bin/perl

# The supervisor: who is told to leave leaves and takes all along, who dies is
# replaced, who dies again and again has to wait, and no lane holds what is
# another's.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(children alive fds maps run_command);

my $t = Gmshoot->new(ranges => join('', map {
    Gmshoot::range("lane$_", camera => "simulate: seed=$_ fps=5 "
        . 'size=640x480 first=1 interval=1')
} 1 .. 2));
my $w = Gmshoot::Real->new($t);

$t->start;
$w->ready($_) or diag($w->log_text) for 'lane1', 'lane2';

# What a lane holds

my %pid = map { $_ => $w->lane_pid($_) } 'lane1', 'lane2';

is(join(' ', sort { $a <=> $b } children($w->{pid})),
   join(' ', sort { $a <=> $b } values %pid),
   'each lane is a child of the supervisor, and there is no other');

my %fd = map { $_ => fds($pid{$_}) } keys %pid;

for my $lane (sort keys %pid) {
    my @fd = values %{ $fd{$lane} };

    is(scalar(grep { m{/link\.sock|:memfd:} } @fd), 0,
       "$lane keeps no listening socket and no descriptor of a memory");
    cmp_ok(scalar(grep { /^socket:/ } @fd), '<=', 1,
       "$lane keeps one socket, its own to the supervisor");

    my ($other) = grep { $_ ne $lane } sort keys %pid;
    my %theirs = map { $_ => 1 } values %{ $fd{$other} };
    is(join(' ', grep { /^socket:/ && $theirs{$_} } @fd), '',
       "$lane shares no socket with $other");
    is(scalar(grep { m{/lanes/$other/} } @fd), 0,
       "$lane has no file of $other open");
    is(scalar(grep { m{/lanes/$lane/journal} } @fd) > 0, 1,
       "$lane has its journal open");

    is(scalar(grep { /memfd:/ } maps($pid{$lane})), 1,
       "$lane maps one memory") or diag(join("\n", maps($pid{$lane})));
}

# Killed once: back at once

sub next_pid {
    my ($lane, $old) = @_;
    return $t->wait_for(sub {
        my $p = $w->lane_pid($lane);
        return $p && $p != $old ? $p : undef;
    }, "$lane to live again", 10);
}

sleep(2.1); # no short life
my $at = time;
kill('KILL', $pid{lane1});
my $now = next_pid('lane1', $pid{lane1});
cmp_ok(time - $at, '<', 1, sprintf('a killed lane lives again at once '
    . '(%.0f ms)', (time - $at) * 1000));
is($w->lane_pid('lane2'), $pid{lane2}, 'the other lane did not notice');

# Killed again and again: it waits longer each time

my @wait;
for (1 .. 5) {
    $at = time;
    kill('KILL', $now);
    my $again = $t->wait_for(sub {
        my ($p) = grep { $_ != $now && $_ != $pid{lane2} }
            children($w->{pid});
        return $p;
    }, 'a new process', 10) or last;
    push @wait, time - $at;
    $now = $again;
}

is(scalar @wait, 5, 'a lane that keeps dying is tried again');
cmp_ok($wait[0], '<', 0.35, 'soon at first');
cmp_ok($wait[4], '>', 0.7, sprintf('later each time (%s ms)',
    join(', ', map { sprintf('%.0f', $_ * 1000) } @wait)));
cmp_ok($wait[4], '>', 1.5 * $wait[3], 'twice as late as the time before');

# Somebody else on the same folder or the same socket

my @worker = ("$Gmshoot::build/gmshoot", 'worker');
my ($status, undef, $err) = run_command($t->{dir}, 5, '', @worker,
    '--state', "$t->{dir}/state", '--link', "$t->{dir}/other.sock");
is($status, 1, 'a second worker on the same state folder is refused');
is(() = $err =~ /\n/g, 1, 'with one line');
like($err, qr/another worker uses the state folder .*: end it first or/,
     'that says what to do');

($status, undef, $err) = run_command($t->{dir}, 5, '', @worker,
    '--state', "$t->{dir}/state2", '--link', "$t->{dir}/link.sock");
is($status, 1, 'a second worker on the same link socket is refused');
is(() = $err =~ /\n/g, 1, 'with one line');
like($err, qr/link\.sock cannot be opened .*another worker.*choose another/,
     'that says what to do');
ok(-S "$t->{dir}/link.sock", 'and leaves the socket of the first alone');
is($w->lane_pid('lane2'), $pid{lane2}, 'the first goes on');

# The end

my @all = ($w->{pid}, children($w->{pid}));
my $took = $w->stop;
ok(defined $took && $took < 3, 'SIGTERM ends it within three seconds')
    or diag($took || 'had to be killed');
is(join(' ', grep { alive($_) } @all), '', 'and no process is left');
ok(!-e "$t->{dir}/link.sock", 'and no socket');

$w->finish;
$t->finish;
