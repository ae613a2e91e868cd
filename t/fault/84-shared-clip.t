#!/usr/bin/perl

# Two lanes that look at parts of one recording: it begins with a session on
# either, and goes on until the last has ended.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(grey_jpeg still);

my $t = Gmshoot->new;
my $clip = "$t->{dir}/clip";
mkdir $clip or die $!;

for (0 .. 9) {
    open(my $f, '>:raw', "$clip/$_.jpg") or die $!;
    print {$f} grey_jpeg(640 + 16 * $_, 480, 128);
    close($f);
}

$t->write_conf(ranges =>
    Gmshoot::range('left', camera =>
        "clip:$clip fps=10 loop=1 region=0,0,320,480")
    . Gmshoot::range('right', camera =>
        "clip:$clip fps=10 loop=1 region=320,0,320,480"));
my $w = Gmshoot::Real->new($t);
$t->start;
$t->wait_for(sub { $w->state('right')->{lane} }, 'the lanes', 5);

my %at = (left => 160, right => 480);

for my $lane (qw(left right)) {
    is($t->json('PUT', "/api/lanes/$lane/calibration", {
        homography_mm_to_px => [2, 0, $at{$lane}, 0, -2, 240, 0, 0, 1]
    })->{status}, 200, "$lane is calibrated by hand");
}

# Whether another picture comes within a second.
sub plays {
    my ($lane) = @_;
    my $first = still($t, $lane);

    for (1 .. 10) {
        sleep(0.1);
        return 1 if still($t, $lane) ne $first;
    }
    return 0;
}

sub session {
    my ($lane, $method, $status) = @_;
    is($t->json($method, "/api/lanes/$lane/session",
        $method eq 'POST' ? {} : undef)->{status}, $status,
        "$method on $lane");
    sleep(0.2);
    return;
}

ok(!plays('right'), 'the recording stands still');
session('right', 'POST', 201);
ok(plays('right'), 'a session on the second lane plays it');
session('left', 'POST', 201);
session('right', 'DELETE', 200);
ok(plays('left'), 'it goes on while the other lane has one');

kill('KILL', $w->lane_pid('left'));
$t->wait_for(sub { $w->state('left')->{process}{restarts} }, 'its restart', 5);
ok(plays('left'), 'and after a crash');
session('left', 'DELETE', 200);
ok(!plays('left'), 'it stops with the last');

$w->finish;
$t->finish;
