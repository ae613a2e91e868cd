#!/usr/bin/perl

# A session before a real camera: the lane has looked at the paper all the time
# and goes on with it, so that the first shot may come at once.  The camera is
# another lane's simulated one, seen through nginx.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;

my $sim = Gmshoot::range('sim', camera => 'simulate: seed=89 fps=10 '
    . 'size=1280x720 shots=6 first=1.5 interval=1 jitter=0 series=0 sigma=24 '
    . 'overlap=0');
my $t = Gmshoot->new(ranges => $sim);
$t->write_conf(ranges => $sim . Gmshoot::range('real',
    camera => "http://127.0.0.1:$t->{port}/api/lanes/sim/frame.jpg rotate=0"));
my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready($_) or diag($w->log_text) for qw(sim real);

my $stream = $t->sse('/api/lanes/real/events');
$stream->next(1);

my $session = $t->json('POST', '/api/lanes/real/session', {})->{json}{session};
ok($session, 'a session before a real camera');
is($t->json('POST', '/api/lanes/sim/session', {})->{status}, 201,
   'and shots are fired');

my (%state, $shots, $evidence);
my $until = time + 15;
while (time < $until && ($shots || 0) < 6) {
    my $e = $stream->next(0.2) or next;
    $state{ $e->{json}{detector}{state} }++ if $e->{event} eq 'status';
    $shots++ if $e->{event} eq 'shot';
}
is($shots, 6, 'all of them are found');
is(join(' ', sort keys %state), 'live', 'without learning the paper anew');

my @shots = map { [@$_[1, 2]] } @{ $w->state('real')->{shots}{rows} };
my $r = $t->json('DELETE', '/api/lanes/real/session');
is($r->{json}{detail}, '6 holes, 6 shots', 'and the paper agrees');
ok($t->wait_for(sub {
    $t->get("/api/sessions/$session/papers/1.jpg")->{status} == 200;
}, 'the photograph', 3), 'which was photographed');

# What is shot without a session is old when one begins

is($t->json('POST', '/api/lanes/real/session', {})->{status}, 201,
   'another session at the same paper');
sleep(1.5);
is(scalar @{ $w->state('real')->{shots}{rows} }, 0, 'begins without a shot');

sub old { return @{ $w->state('real')->{old_holes} } }

sub near {
    my ($x, $y) = @_;
    return grep { sqrt(($_->[0] - $x) ** 2 + ($_->[1] - $y) ** 2) < 0.5 } old();
}

is(scalar(old()), 6, 'and tells the six holes of the one before');
is(scalar(grep { near(@$_) == 1 } @shots), 6, 'where these were');
$r = $t->json('POST', '/api/lanes/real/shots', { x_mm => $shots[0][0],
    y_mm => $shots[0][1], reason => 'fired just before the start' });
is($r->{status}, 201, 'one is counted') or diag($r->{body});
is(scalar(near(@{ $shots[0] })) . ' ' . scalar(old()), '0 5', 'which is old no more');
is($t->json('POST', "/api/lanes/real/shots/$r->{json}{n}/corrections",
    { what => 'remove', base => $r->{json}{shot}{seq}, reason => 'it was not' })
       ->{status}, 200, 'unless that was a mistake');
is(scalar(old()), 6, 'and is again');
kill 'KILL', $w->state('real')->{process}{pid};
ok($t->wait_for(sub {
       my $s = $w->state('real');
       return ($s->{process}{restarts} || 0) > 0 && $s->{state} eq 'live'
           && old() == 6;
   }, 'the lane again', 20), 'a lane that was killed knows them still')
    or diag(scalar(old()));
$stream = $t->sse('/api/lanes/real/events');
my $told;
$t->wait_for(sub {
    my $e = $stream->next(0.2) or return 0;
    $told = $e if $e->{event} eq 'status';
    return $told;
}, 'a status', 10);
is(scalar @{ $told->{json}{old_holes} }, 6, 'and whoever listens is told');
is($t->json('POST', '/api/lanes/real/paper', { paper => 'new' })->{status}, 200,
   'with another sheet');
is(scalar(old()), 0, 'they go');
is($t->json('DELETE', '/api/lanes/real/session')->{status}, 200, 'it ends');
is(scalar(old()), 0, 'and nothing is old without a session');

$w->finish;
$t->finish;
