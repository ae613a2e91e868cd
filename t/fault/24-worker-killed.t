#!/usr/bin/perl

# The whole worker is killed with -9 in a session: its lanes go with it, and
# the next one goes on where it was, for pages that listen, too.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(alive children problem);

sub ranges {
    my ($title) = @_;
    return Gmshoot::range('lane1', title => $title,
        camera => 'simulate: seed=24 fps=15 size=800x600 shots=100 first=1 '
            . 'interval=1.2 jitter=0.2 series=0 sigma=24 overlap=0 noise=0.7');
}

my $t = Gmshoot->new(ranges => ranges('"One"'));
my $w = Gmshoot::Real->new($t);

$t->start;
$w->ready('lane1') or diag($w->log_text);

my $stream = $t->sse('/api/lanes/lane1/events');
my (@shots, @seqs, $id);

sub listen_for {
    my ($seconds) = @_;

    my $until = time + $seconds;
    while ((my $left = $until - time) > 0) {
        my $e = $stream->next($left) or last;
        next if !$e->{id} || $e->{event} eq 'snapshot';

        $id = $e->{id};
        push @seqs, (split /-/, $id)[1];
        push @shots, $e->{json} if $e->{event} eq 'shot';
    }
    return;
}

my $session = $t->json('POST', '/api/lanes/lane1/session',
                       { nickname => 'anna' })->{json}{session};
ok($session, 'a session starts');
listen_for(4);
cmp_ok(scalar @shots, '>=', 2, 'shots are fired');

# Killed

my @lanes = children($w->{pid});
my $before = $w->state('lane1');
$w->kill9;

ok($t->wait_for(sub { !grep { alive($_) } @lanes }, 'the lanes to die', 2),
   'no lane outlives its supervisor');

my $link = $t->wait_for(sub {
    my $all = $t->get_json('/api/lanes');
    return $all->{link} eq 'down' ? $all : undef;
}, 'nginx to say so', 2);
ok($link, 'nginx says that the worker is gone');
is($link->{lanes}[0]{state}{session}{id}, $session,
   'and shows the session as it was');
is($t->json('DELETE', '/api/lanes/lane1/session')->{status}, 503,
   'a command is refused meanwhile');

# While nobody holds the lane an administrator changes it: the new worker is
# handed this before the lane can have told of its session.
$t->write_conf(ranges => ranges('"Two"'));
$t->reload;
$stream->close;

$w->start;
my $at = time;
my $state = $t->wait_for(sub {
    my $s = $w->state('lane1');
    return $s->{process} && $s->{process}{pid} != $lanes[0]
        && $s->{detector}{state} eq 'live' ? $s : undef;
}, 'the new worker', 10);
cmp_ok(time - $at, '<', 2, sprintf('a new worker takes over (%.0f ms)',
    (time - $at) * 1000));

is($state->{session}{id}, $session, 'the session goes on');
is($state->{session}{state}, 'open', 'and is open');
is($state->{epoch}, $before->{epoch}, 'the epoch of the journal is the same');

ok($t->wait_for(sub { problem($w->state('lane1'), 'config-pending') },
    'the problem', 3), 'what was changed meanwhile waits for its end');
is($w->state('lane1')->{title}, 'One', 'and is not in force');

# The client comes back

$stream = $t->sse('/api/lanes/lane1/events', { 'Last-Event-ID' => $id });
my $first = $stream->next(3);
isnt($first->{event}, 'snapshot', 'who names the last event is sent no '
    . 'snapshot') or diag($id);
if (($first->{id} || '') =~ /-(\d+)$/) {
    push @seqs, $1;
    push @shots, $first->{json} if $first->{event} eq 'shot';
}
listen_for(4);

cmp_ok($seqs[-1], '>', 4, 'events go on');
is(scalar(grep { $seqs[$_] != $seqs[$_ - 1] + 1 } 1 .. $#seqs), 0,
   'their numbers have no gap and no double') or diag("@seqs");
is(join(' ', map { $_->{n} } @shots), join(' ', 1 .. @shots),
   'nor have those of the shots');
is(scalar(grep { $_->{session} ne $session } @shots), 0,
   'all belong to the session');

$state = $w->state('lane1');
my %column = map { $state->{shots}{columns}[$_] => $_ }
    0 .. $#{ $state->{shots}{columns} };
my @row = @{ $state->{shots}{rows} }[0 .. $#shots];
is(join(' ', map { $_->[$column{x_mm}] } @row),
   join(' ', map { $_->{x_mm} } @shots), 'the state tells the same shots');

is($t->json('DELETE', '/api/lanes/lane1/session')->{status}, 200,
   'the session ends');
ok($t->wait_for(sub {
    my $s = $w->state('lane1');
    return ($s->{title} || '') eq 'Two' && !problem($s, 'config-pending');
}, 'the change', 5), 'and the change takes effect');

$w->finish;
$t->finish;
