#!/usr/bin/perl

# Lanes that see no target, or another than the one that a session asks for:
# no session, the reason instead, and nothing of what was right is forgotten.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(problem grey_jpeg still);

my $t = Gmshoot->new(ranges => Gmshoot::range('sim',
    camera => 'simulate: seed=85 fps=5 size=640x480'));
my $w = Gmshoot::Real->new($t);
my $r;

$t->start;
$w->ready('sim') or diag($w->log_text);

sub problem_of {
    my ($r) = @_;
    return "$r->{status} " . (($r->{json} || {})->{type} || '');
}

my $picture = still($t, 'sim');
mkdir("$t->{dir}/$_") for 'black', 'beside', 'hangs';
$t->put('black/1.jpg', grey_jpeg(640, 480, 0));
$t->put('beside/1.jpg', $picture);
$t->put('hangs/1.jpg', $picture);

$t->write_conf(ranges => Gmshoot::range('black',
        camera => "clip:$t->{dir}/black fps=10",
        targets => 'issf-10m-air-pistol issf-10m-air-rifle')
    . Gmshoot::range('beside',
        camera => "clip:$t->{dir}/beside fps=10 region=0,0,160,160")
    . Gmshoot::range('blind', camera => "clip:$t->{dir}/nothing")
    . Gmshoot::range('other', camera => "clip:$t->{dir}/hangs fps=10",
        targets => 'issf-10m-air-pistol issf-25m-precision-pistol'));
$t->reload;

for my $lane ('black', 'beside') {
    ok($t->wait_for(sub { problem($w->state($lane), 'not-calibrated') },
        'the problem', 5), "$lane: a lane that sees no target says so");
    $r = $t->json('POST', "/api/lanes/$lane/session", {});
    is(problem_of($r), '409 /docs/problems#not-calibrated',
       'a session is refused');
    cmp_ok(length($r->{json}{detail} || ''), '>', 20, "because: "
        . ($r->{json}{detail} || ''));
    is($w->state($lane)->{state}, 'idle', 'and the lane is idle');
}

# No picture at all: each is answered in its time, and the next one, too.
for my $what ('session', 'calibration') {
    $r = $t->json('POST', "/api/lanes/blind/$what", {});
    like($r->{status}, qr/^(?:409|504)$/, "blind: $what is answered in time");
    unlike(problem_of($r), qr/calibrating/, 'not by what was asked before')
        or diag($r->{body});
}

# A target that does not hang there stays refused, and the right one is not
# forgotten for it.
ok($t->wait_for(sub {
    (($w->state('other')->{calibration} || {})->{origin} || '') eq 'auto'
}, 'other', 5), 'a lane with a target');
for (1 .. 2) {
    $r = $t->json('POST', '/api/lanes/other/session',
                  { target => 'issf-25m-precision-pistol' });
    is(problem_of($r), '409 /docs/problems#not-calibrated',
       'a session on a target that hangs elsewhere is refused')
        or diag($r->{body});
}
is($w->state('other')->{face}{name}, 'issf-10m-air-pistol',
   'the lane goes on showing its own');
$r = $t->json('POST', '/api/lanes/other/session', {});
is($r->{status}, 201, 'and can be shot at') or diag($r->{body});

$w->finish;
$t->finish;
