#!/usr/bin/perl

# Faces that are scored by hand: a session needs no calibration, nothing that
# a camera sees becomes a shot, and the next face is watched again.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(problem grey_jpeg);

my $t = Gmshoot->new(ranges => Gmshoot::range('sim',
    camera => 'simulate: seed=93 fps=15 size=640x480 interval=0.5 first=0.5 '
        . 'pause=0', calibers => '4.5mm 9mm',
    targets => 'issf-10m-air-pistol ipsc-classic-minor'));
my $w = Gmshoot::Real->new($t);

mkdir("$t->{dir}/black");
$t->put('black/1.jpg', grey_jpeg(640, 480, 0));
$t->write_conf(ranges => Gmshoot::slurp("$t->{dir}/ranges.conf")
    . Gmshoot::range('card', camera => "clip:$t->{dir}/black fps=10",
        target => 'nra-a17-card', caliber => '5.6mm'));

$t->start;
$w->ready('sim') or diag($w->log_text);

# --- a lane that offers nothing else

my $state = $t->wait_for(sub {
    my $s = $w->state('card');
    return ($s->{camera}{state} || '') eq 'ok' ? $s : undef;
}, 'the lane with a card', 10);
like((problem($state, 'by-hand') || {})->{detail} || '',
     qr/no camera looks for shots on "NRA A-17/,
     'a lane with a card of bulls says that it is scored by hand');
sleep(2.5);
$state = $w->state('card');
is(problem($state, 'not-calibrated'), undef, 'and does not look for it');
is($state->{detector}{state}, 'off', 'nor for shots');
is(scalar(@{ $state->{face}{bulls} }), 11, 'the card has its bulls');

my $r = $t->json('POST', '/api/lanes/card/calibration', {});
is($r->{status}, 409, 'a calibration is refused');
like($r->{json}{detail} || '', qr/is scored by hand/, 'and it says why');

is($t->json('POST', '/api/lanes/card/session', {})->{status}, 201,
   'a session begins all the same');

my $pid = $w->lane_pid('card');
kill('KILL', $pid);
$state = $t->wait_for(sub {
    my $s = $w->state('card');
    my $process = $s->{process} || {};
    return $process->{pid} && $process->{pid} != $pid ? $s : undef;
}, 'the lane to live again', 10);
is($state->{state}, 'live', 'a lane that was killed goes on with it');
is($state->{face}{bulls}[0]{name}, 'S', 'on the same card');
ok(problem($state, 'by-hand'), 'and still says so');

# --- a lane that changes from one to the other and back

is($t->json('POST', '/api/lanes/sim/session',
            { target => 'ipsc-classic-minor', caliber => '9mm' })->{status},
   201, 'a session on zones begins where a camera looked before');
$state = $t->wait_for(sub {
    my $s = $w->state('sim');
    return $s->{detector}{state} eq 'off' ? $s : undef;
}, 'the detector to rest', 5);
ok($state, 'and the camera looks no more');
sleep(2);
$state = $w->state('sim');
is(scalar(@{ $state->{shots}{rows} }), 0, 'nothing that it sees is a shot');
ok(problem($state, 'by-hand'), 'the lane says that shots are added by hand');

$r = $t->json('DELETE', '/api/lanes/sim/session');
is($r->{status}, 200, 'the session ends') or diag($r->{body});
is($r->{json}{holes}, undef, 'and nobody has counted its holes');

$r = $t->json('POST', '/api/lanes/sim/session',
              { target => 'issf-10m-air-pistol', caliber => '4.5mm' });
is($r->{status}, 201, 'the next session is on rings again')
    or diag($r->{body});
ok($t->wait_for(sub { @{ $w->state('sim')->{shots}{rows} } >= 2 }, 'shots', 15),
   'and its shots are found');
is(problem($w->state('sim'), 'by-hand'), undef, 'of which none is by hand');

$w->finish;
$t->finish;
