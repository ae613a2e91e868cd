#!/usr/bin/perl

# Two lanes look through one camera, each at its own part of the picture: the
# camera is opened once, and a shot on one target is none on the other.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(still children run_command problem);

my ($ffmpeg) = grep { -x } map { "$_/ffmpeg" } split(/:/, $ENV{PATH});
plan(skip_all => 'no ffmpeg to put two targets into one picture') if !$ffmpeg;

# Two simulated lanes whose pictures are put side by side: on the left shots
# are fired, on the right none.
my @sim = map {
    Gmshoot::range("sim$_", camera => "simulate: seed=4$_ fps=10 "
        . 'size=640x480 shots=3 first=2 interval=0.8 jitter=0 series=0 '
        . 'sigma=24 overlap=0 noise=0.5')
} 1 .. 2;
my $t = Gmshoot->new(ranges => join('', @sim));
my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready($_) or diag($w->log_text) for 'sim1', 'sim2';

$t->json('POST', '/api/lanes/sim1/session', {});
mkdir("$t->{dir}/$_") for qw(left right both);
my ($n, $seen) = (0, '');
my $until = time + 6;
while (time < $until) {
    my ($left, $right) = map { $t->get("/api/lanes/$_/frame.jpg") }
        'sim1', 'sim2';
    my $etag = $left->{header}{etag} || '';
    if ($etag ne $seen) {
        $t->put(sprintf('left/%03d.jpg', $n), $left->{body});
        $t->put(sprintf('right/%03d.jpg', $n), $right->{body});
        $seen = $etag;
        $n++;
    }
    sleep(0.03);
}
my $fired = @{ $w->state('sim1')->{shots}{rows} };
$t->json('DELETE', '/api/lanes/sim1/session');
is($fired, 3, 'three shots were fired on the left');

my ($status, undef, $err) = run_command($t->{dir}, 20, '', $ffmpeg,
    '-loglevel', 'error', '-i', "$t->{dir}/left/%03d.jpg",
    '-i', "$t->{dir}/right/%03d.jpg", '-filter_complex', 'hstack',
    '-q:v', '2', "$t->{dir}/both/%03d.jpg");
is($status, 0, 'one picture of both') or diag($err);

# The two lanes

my $camera = "clip:$t->{dir}/both fps=10";
$t->write_conf(ranges => Gmshoot::range('left',
        camera => "$camera region=0,0,640,480")
    . Gmshoot::range('right', camera => "$camera region=640,0,640,480"));
$t->reload;

for my $lane ('left', 'right') {
    ok($t->wait_for(sub {
        (($w->state($lane)->{calibration} || {})->{origin} || '') eq 'auto'
    }, $lane), "$lane: finds its target") or diag($w->log_text);
}

my %x = map { $_ => $w->state($_)->{calibration}{homography_mm_to_px}[2] }
    'left', 'right';
cmp_ok($x{left}, '<', 640, 'the left one on the left');
cmp_ok($x{right}, '>', 640, 'the right one on the right');

ok($t->wait_for(sub { children($w->{pid}) == 1 }, 'one process', 4),
   'one process carries both');
is($w->lane_pid('left'), $w->lane_pid('right'), 'as their states say');

my %opens = $t->get('/metrics')->{body}
    =~ /camera_opens\w*\{[^}]*lane="(\w+)"[^}]*\} (\d+)/g;
is($opens{left}, 1, 'the camera was opened once')
    or diag($t->get('/metrics')->{body});

# Both are shot at; the clip plays from the left one's start

for my $lane ('right', 'left') {
    my $r = $t->json('POST', "/api/lanes/$lane/session", {});
    is($r->{status}, 201, "$lane: a session starts") or diag($r->{body});
}

my $shots = $t->wait_for(sub {
    my $rows = $w->state('left')->{shots}{rows};
    return @{$rows} >= $fired ? $rows : undef;
}, 'the shots', 9);
ok($shots, 'the left lane finds its shots')
    or diag(Gmshoot::Trouble::said($w->state('left')));
is(scalar @{ $w->state('right')->{shots}{rows} }, 0, 'the right one has none');
is(scalar @{ $w->state('left')->{shots}{rows} }, $fired, 'the left no more');

# An end on one side

my $r = $t->json('DELETE', '/api/lanes/right/session');
is($r->{status}, 200, 'one session ends');
is($w->state('left')->{session}{state}, 'open', 'the other goes on');

# One is taken out: that touches the other, so it waits for its end

$t->write_conf(ranges => Gmshoot::range('left',
    camera => "$camera region=0,0,640,480"));
$t->reload;
ok($t->wait_for(sub { problem($w->state('left'), 'config-pending') },
    'the problem', 3), 'what changes for one waits for the session of the '
    . 'other');
$t->json('DELETE', '/api/lanes/left/session');
ok($t->wait_for(sub { $t->get('/api/lanes/right')->{status} == 404 },
    'it to go', 4), 'and is done at its end');

$w->finish;
$t->finish;
