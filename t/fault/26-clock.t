#!/usr/bin/perl

# The computer's clock is put forward and back by a day while a lane shoots, as
# on a computer without a clock battery that finds the time late: nothing is
# lost, closed or refused for it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(problem run_command);

my ($faketime) = glob('/usr/lib/*/faketime/libfaketime.so.1');
plan(skip_all => 'no libfaketime') if !$faketime;
plan(skip_all => 'sanitizers want to be loaded first') if $ENV{GMS_NGINX};

sub ranges {
    my ($title) = @_;
    return Gmshoot::range('lane1', title => qq{"$title"},
            camera => 'simulate: seed=26 fps=10 size=800x600 shots=100 '
                . 'first=0.5 interval=0.4 series=0 sigma=26 overlap=0 '
                . 'noise=0.7')
        . Gmshoot::range('lane2', title => qq{"$title"},
            camera => 'simulate: seed=27 fps=5 size=640x480');
}

my $t = Gmshoot->new(ranges => ranges('One'), edit => sub {
    $_ = join('', map { "env FAKETIME_$_;\n" } qw(TIMESTAMP_FILE NO_CACHE
              DONT_FAKE_MONOTONIC)) . $_;
});

# Seconds that wall clocks are ahead.
sub put_clock {
    my ($seconds) = @_;
    $t->put('clock.new', "$seconds\n");
    rename("$t->{dir}/clock.new", "$t->{dir}/clock") or die $!;
    return;
}

my $w;
put_clock('+0');
{
    local @ENV{qw(LD_PRELOAD FAKETIME_TIMESTAMP_FILE FAKETIME_NO_CACHE
                  FAKETIME_DONT_FAKE_MONOTONIC)}
        = ($faketime, "$t->{dir}/clock", 1, 1);
    $t->start;
    $w = Gmshoot::Real->new($t);
}
$w->ready($_) or diag($w->log_text) for 'lane1', 'lane2';

my $stream = $t->sse('/api/lanes/lane1/events');
my (@shots, @seqs, %other);

# A new stream may be at a process of nginx that is about to leave, and end.
sub resume {
    $stream->close;
    $stream = $t->sse('/api/lanes/lane1/events',
        { 'Last-Event-ID' => sprintf('%s-%d', $w->state('lane1')->{epoch},
                                     $seqs[-1]) });
    return;
}

sub shots {
    my ($n) = @_;

    return $t->wait_for(sub {
        resume() if $stream->{eof} && @seqs;
        while (my $e = $stream->next(0.1)) {
            next if !$e->{id} || $e->{event} eq 'snapshot';
            push @seqs, (split /-/, $e->{id})[1];
            $other{ $e->{event} }++ if $e->{event} ne 'shot';
            push @shots, $e->{json} if $e->{event} eq 'shot';
        }
        return @shots >= $n;
    }, "$n shots", 20);
}

my $r = $t->json('POST', '/api/lanes/lane1/session', {});
is($r->{status}, 201, 'a session starts');
ok(shots(2), 'shots come');

my @title = ('Two', 'Three');
for my $by ('+86400', '-86400') {
    put_clock($by);
    my $n = @shots;
    ok(shots($n + 2), "they go on when the clock is put to $by s");

    my $ahead = $shots[-1]{t_publish_us} / 1e6 - time;
    cmp_ok(abs($ahead - $by), '<', 60, 'and carry the new time');
    ok($t->wait_for(sub { $t->get('/readyz')->{status} == 200 }),
       'the range is ready');
    is($t->get('/api/lanes/lane1/frame.jpg')->{status}, 200, 'pictures come');

    my $title = shift @title;
    $t->write_conf(ranges => ranges($title));
    $t->reload;
    ok($t->wait_for(sub { ($w->state('lane2')->{title} || '') eq $title }),
       'a configuration of now is none of the past');
    resume();
}

is($w->state('lane1')->{session}{state}, 'open', 'the session is open');
$r = $t->json('DELETE', '/api/lanes/lane1/session');
is($r->{status}, 200, 'until it is ended');
is($r->{json}{counted} >= @shots, 1, 'with all its shots');
is(scalar(grep { $seqs[$_] != $seqs[$_ - 1] + 1 } 1 .. $#seqs), 0,
   'no event is missing or doubled') or diag("@seqs");
is(join(' ', map { $_->{n} } @shots), join(' ', 1 .. @shots),
   'nor is a shot');
is($other{'round.closed'}, undef, 'and no round was closed by the clock')
    or diag(explain(\%other));

my ($status, $out, $err) = run_command($t->{dir}, 20, '',
    "$Gmshoot::build/gmshoot", 'check', '--state', "$t->{dir}/state");
is("$status $err", '0 ', 'the journals are right') or diag($out);

$w->finish;
$t->finish;
