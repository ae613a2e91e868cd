#!/usr/bin/perl

# Real lanes say what stands in the way of seeing every hole: each bad scene
# its own, a good one nothing.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;

my $camera = 'simulate: fps=5 size=1280x720 seed=88 backer=grey noise=0.7 '
    . 'first=1 interval=1';
my %bad = (blur => 'blur=3.5', hunt => 'hunt=0.4');
my $t = Gmshoot->new(ranges =>
    join('', map { Gmshoot::range($_, camera => "$camera $bad{$_}") }
         sort keys %bad)
    . Gmshoot::range('good', camera => $camera)
    . Gmshoot::range('none', camera => 'simulate: fps=5 region=0,0,160,160'));
my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready('good') or diag($w->log_text);

# The scene of a lane as soon as this holds of it.
sub scene {
    my ($lane, $seconds, $holds) = @_;
    my $scene;
    return $t->wait_for(sub {
        $scene = $w->state($lane)->{scene};
        return $scene && $holds->($scene) ? $scene : undef;
    }, "the scene of $lane", $seconds)
        || do { diag(JSON::PP->new->canonical->encode($scene || {})); {} };
}

sub types {
    my ($scene) = @_;
    return join(' ', map { $_->{type} } @{ $scene->{advice} || [] });
}

my $scene = scene('blur', 10, sub { $_[0]{grade} eq 'poor' });
is(types($scene), 'blur', 'a blurred picture is said to be one');
like($scene->{advice}[0]{text} || '', qr/focus/, 'and what to do');
cmp_ok($scene->{edge_px} || 0, '>', 2, 'with what was measured');

$scene = scene('good', 10, sub { $_[0]{grade} ne 'unknown' });
is("$scene->{grade} " . types($scene), 'good ', 'of a good scene nothing is said');
cmp_ok(abs(($scene->{hole_px} || 0) - 4.5
           * $w->state('good')->{calibration}{px_per_mm}), '<', 0.5,
       'a hole has the pixels of its caliber');

$scene = scene('none', 10, sub { $_[0]{grade} eq 'none' });
is(types($scene), 'none', 'a target that is not found is said as well');
is($scene->{advice}[0]{text}, $w->state('none')->{calibration}{reason},
   'with the reason');

$scene = scene('hunt', 40, sub { $_[0]{grade} eq 'fair' });
is(types($scene), 'exposure', 'so is an exposure that hunts');
ok(defined $scene->{exposure_locked} && !$scene->{exposure_locked},
   'which is not locked');

$scene = scene('good', 40, sub { $_[0]{exposure_locked} });
ok($scene->{exposure_locked}, 'light that stays is');

my $stream = $t->sse('/api/lanes/good/events');
my $event = {};
my $until = time + 3;
while (time < $until && !$event->{scene}) {
    my $e = $stream->next(0.1) or next;
    $event = $e->{json} if ($e->{event} || '') eq 'status';
}
is(($event->{scene} || {})->{grade}, 'good', 'status events carry it');
is($t->json('POST', '/api/lanes/good/session', {})->{status}, 201, 'a session');
sleep(3);
is(types($w->state('good')->{scene}), '', 'holes are no trouble');

$w->finish;
$t->finish;
