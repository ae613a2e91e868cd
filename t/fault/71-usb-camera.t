#!/usr/bin/perl

# A lane before a camera at the USB: the unmodified program with a camera that
# is played in the place of libv4l2.  Shots are found, also those that fell
# while it was unplugged; what was set is set again; a turned zoom is noticed.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use JSON::PP;
use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(children problem run_command);

my $preload = "$Gmshoot::build/t/preload/v4l2.so";
plan(skip_all => 'no played camera, run make test') if !-e $preload;

my $dir = Gmshoot->new(ranges => '')->{dir} . '-camera';
END { local $?; system('rm', '-rf', $dir) if $dir; }
mkdir($dir) or die "$dir: $!";

# Three shots, at pictures 20, 40 and 60
system("$Gmshoot::build/t/lib/record", 'simulate: seed=71 fps=10 size=640x480 '
    . 'shots=3 first=2 interval=2 jitter=0 series=0 overlap=0 sigma=15',
    'issf-10m-air-pistol', '4.5', $dir, '75') == 0 or die 'nothing recorded';

sub put {
    my ($name, $value) = @_;
    open(my $out, '>', "$dir/$name.new") or die $!;
    print {$out} $value;
    close($out);
    rename("$dir/$name.new", "$dir/$name") or die $!;
    return;
}

sub plug   { return symlink('/dev/null', "$dir/video0") }
sub unplug { return unlink("$dir/video0") }

# What is there to be found
my ($status, $out) = run_command($dir, 20, '', "$Gmshoot::build/gmshoot",
    'detect', '--camera', "clip:$dir fps=10", '--target',
    'issf-10m-air-pistol', '--caliber', '4.5mm');
my @truth = grep { $_->{event} eq 'shot' } map { decode_json($_) }
    split(/\n/, $out);
is(scalar @truth, 3, 'three shots are there to be found');

put('until', 12);
my $t = Gmshoot->new(ranges => Gmshoot::range('usb',
        camera => "v4l2:$dir/video0 size=640x480 fps=20 format=mjpeg rotate=0")
    . Gmshoot::range('file', camera => "v4l2:$dir/until")
    . Gmshoot::range('node', camera => "v4l2:/dev/gmshoot-none")
    . Gmshoot::range('sim'));
my $w;
{
    local $ENV{LD_PRELOAD} = $preload;
    local $ENV{GMS_FAKE_CAMERA} = $dir;
    local $ENV{ASAN_OPTIONS} = "verify_asan_link_order=0:"
        . ($ENV{ASAN_OPTIONS} || "");
    $w = Gmshoot::Real->new($t);
}
$t->start;
$t->link_up;

sub camera { return $w->state('usb')->{camera} || {} }

sub controls {
    my $r = $t->get_json('/api/lanes/usb/camera');
    return { map { $_->{name} => $_ } @{ $r->{controls} || [] } };
}

sub lost {
    my ($lane, $what) = @_;
    my $p = $t->wait_for(sub { problem($w->state($lane), 'camera-lost') },
                         "the problem of $lane", 10) || {};
    return like($p->{detail} || '', $what, "$lane: says what is wrong");
}

lost('usb', qr/there is no .*video0: is the camera plugged in/);
lost('file', qr/until is no camera/);
lost('node', qr{there is no /dev/gmshoot-none});

plug();
ok($w->ready('usb'), 'it is found when it is plugged in')
    or diag(Gmshoot::Trouble::said($w->state('usb')));
is(camera()->{got}, '640x480 mjpeg at 20 fps', 'what it gives is told');
is(camera()->{asked}, camera()->{got}, 'which is what was asked');
is(camera()->{kind}, 'v4l2', 'as a camera of its kind');
ok($t->wait_for(sub {
    my $ms = camera()->{delay_ms};
    return defined $ms && $ms > 35 && $ms < 500;
}, 'the delay', 5), 'how late its pictures come is told')
    or diag(explain(camera()));

# Controls

ok($t->wait_for(sub { controls()->{exposure_absolute}{locked} }, 'the lock', 5),
   'its exposure is locked once it has settled');
is(controls()->{exposure_absolute}{value}, 312, 'at what it had found');
ok(controls()->{focus_absolute}{locked}, 'so is its focus');

my $r = $t->json('PATCH', '/api/lanes/usb/camera',
    { controls => { exposure_absolute => 120, zoom_absolute => 110 } });
is($r->{status}, 200, 'it can be set');
my ($exposure) = grep { $_->{name} eq 'exposure_absolute' }
    @{ $r->{json}{controls} };
is($exposure->{value}, 120, 'the answer is what the camera took');

for my $bad (
    [{ gamma => 1 }, '/controls/gamma', 'an unknown control'],
    [{ gain => 5, zoom_absolute => 9999 }, '/controls/zoom_absolute',
     'a value out of range'],
    [{ gain => 'much' }, '/controls/gain', 'no number'],
) {
    my ($set, $pointer, $what) = @$bad;
    $r = $t->json('PATCH', '/api/lanes/usb/camera', { controls => $set });
    is($r->{status}, 422, "$what is refused");
    is($r->{json}{errors}[0]{pointer}, $pointer, 'with the place of it');
}
is(controls()->{gain}{value}, 30, 'and nothing is half set');

is($t->json('PATCH', '/api/lanes/sim/camera',
    { controls => { gain => 1 } })->{status}, 409,
   'a simulated camera has nothing to set');
is_deeply($t->get_json('/api/lanes/sim/camera')->{controls}, [],
          'and says so');
is($t->json('PATCH', '/api/lanes/file/camera',
    { controls => { gain => 1 } })->{status}, 409, 'nor has one that is lost');

# Its own zoom, which PATCH has turned, and a hand at the lens

ok($t->wait_for(sub { !problem($w->state('usb'), 'camera-turned') },
    'the target', 15), 'the target is looked for again after a zoom');
put('zoom', 100);
ok($t->wait_for(sub {
    my ($last) = @{ $t->get_json('/api/lanes/usb/calibration')->{history} };
    return $last->{reason} =~ /^the camera is at zoom_absolute=100/;
}, 'the calibration', 10),
   'at a zoom where it was before, the calibration of then is loaded');
$w->ready('usb');
my $before = $w->state('usb')->{calibration}{seq};
put('zoom', 130);
my $p = $t->wait_for(sub { problem($w->state('usb'), 'camera-turned') },
                     'the problem', 5) || {};
like($p->{detail} || '', qr/zoom_absolute went from 100 to 130/,
     'a zoom that is turned by hand is noticed');
ok($t->wait_for(sub {
    return ($w->state('usb')->{calibration}{seq} || $before) != $before;
},
    'a calibration', 10), 'the target is looked for again');
ok($t->wait_for(sub { !problem($w->state('usb'), 'camera-turned') },
    'the end of it', 10), 'and that is that');
$w->ready('usb');

# Shots

my $stream = $t->sse('/api/lanes/usb/events');
$stream->next(1);
is($t->json('POST', '/api/lanes/usb/session', {})->{status}, 201, 'a session');

my @shots;
sub shots {
    my ($n) = @_;
    my $until = time + 20;
    while (@shots < $n && time < $until) {
        my $e = $stream->next(0.2) or next;
        push @shots, $e->{json} if ($e->{event} || '') eq 'shot';
    }
    return scalar @shots;
}

put('until', 32);
is(shots(1), 1, 'a shot is found');

# Unplugged: the next shot falls meanwhile

my $pid = $w->lane_pid('usb');
unplug();
lost('usb', qr/unplugged|there is no .*video0/);
put('until', 52);
plug();
ok($t->wait_for(sub { camera()->{state} eq 'ok' }, 'the camera', 8),
   'it is looked through again when it is plugged in again');
is($w->lane_pid('usb'), $pid, 'by the same process');
is(shots(2), 2, 'the shot that fell meanwhile is found');
my $now = controls();
is($now->{exposure_absolute}{value}, 120, 'what was set is set again');
is($now->{zoom_absolute}{value}, 130, 'so is the zoom');
is($now->{focus_auto}{value}, 0, 'and what was locked is locked');

put('until', 74);
is(shots(3), 3, 'and so is the next one');
is(join(' ', map { $_->{recovered} ? 1 : 0 } @shots), '0 1 0',
   'the one of which nobody saw how it fell says so');
my @off = map {
    sqrt(($shots[$_]{x_mm} - $truth[$_]{x_mm}) ** 2
         + ($shots[$_]{y_mm} - $truth[$_]{y_mm}) ** 2)
} 0 .. $#shots;
is(scalar(grep { $_ > 0.4 } @off), 0, 'each where it is')
    or diag(join(' ', map { sprintf('%.2f', $_) } @off));
$t->json('DELETE', '/api/lanes/usb/session');

# Another life

kill('KILL', $pid);
ok($t->wait_for(sub {
    my $now = $w->lane_pid('usb');
    return $now && $now != $pid && camera()->{state} eq 'ok';
}, 'another process', 8), 'a lane that was killed is back');
is(controls()->{exposure_absolute}{value}, 120,
   'and sets what a person has asked for');
like($t->get('/metrics')->{body}, qr/gmshoot_frames_lost_total\{lane="usb"\} 0/,
     'pictures that the driver lost are counted');

$w->is_terse(4);
is(join("\n", grep { !/^\{/ } split(/\n/, $w->log_text)), '',
   'and everything in its form');

$w->finish;
$t->finish;

