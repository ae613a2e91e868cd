#!/usr/bin/perl

# A paper that goes is counted by a look at its photographs: a hole that came
# while the range was cold, and that the detector has let pass, is shown.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;

my $t = Gmshoot->new(ranges => Gmshoot::range('lane1', camera =>
    'simulate: fps=15 size=1280x720 shots=4 first=3 interval=4 jitter=0 '
    . 'series=0 sigma=24 overlap=0 noise=0.7 seed=92'));
my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready('lane1') or diag($w->log_text);

my $session = $t->json('POST', '/api/lanes/lane1/session', {})->{json}{session};

sub shots {
    return scalar @{ $w->state('lane1')->{shots}{rows} };
}

ok($t->wait_for(sub { shots() == 3 }, "3 shots", 25), 'three shots count');
is($t->json('POST', '/api/range', { range => 'cold' })->{status}, 200, 'cold');
sleep(4.5); # the fourth falls
is($t->json('POST', '/api/range', { range => 'hot' })->{status}, 200, 'hot');
sleep(3.5); # two looks
is(shots(), 3, 'the fourth is no shot');

my $r = $t->json('POST', '/api/lanes/lane1/paper', { paper => 'new' });
is($r->{status}, 200, 'another paper');
is("$r->{json}{shots} $r->{json}{holes}", '3 4', 'one hole more than shots');
like($r->{json}{detail},
     qr/^4 holes, 3 shots: the hole at -?[\d.]+, -?[\d.]+ mm is no shot here$/,
     'and it is said where');
cmp_ok(abs($r->{json}{spot_x_mm}), '<', 85, 'also in numbers');

$w->finish;
$t->finish;
