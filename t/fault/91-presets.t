#!/usr/bin/perl

# A network camera with zoom presets: it is asked for one, waited for until the
# picture stands still, and the calibration of that preset follows; in a session
# its holes are known there too.  After its reboot the preset is set again, and
# so it is after a lane's death.  Beside it, cameras whose pictures are worth
# nothing.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use JSON::PP;
use List::Util qw(max);
use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Ptz;
use Gmshoot::Real;
use Gmshoot::Trouble qw(problem run_command);

my $t = Gmshoot->new(ranges => '');
my $camera = Gmshoot::Ptz->new("$t->{dir}/camera", 2 => 0.8, 1 => 0.5);
$camera->start;

sub secret {
    my ($name, $text) = @_;
    my $path = $t->put($name, $text);
    chmod(0600, $path);
    return $path;
}

my $host = "127.0.0.1:$camera->{port}";
my $key = secret('key', "user:secretword\n");
my $ask = secret('ptz', "POST http://$host/zoom/preset\n"
    . "Content-Type: application/json\nX-Token: sesame\n\n"
    . "{\"number\":{preset}}\n");
my $none = secret('none', "POST http://$host/zoom/preset\n\n{\"number\":3}\n");
my $off = secret('off', 'GET http://127.0.0.1:' . Gmshoot::free_port()
    . "/zoom?to={preset}\n");
my $still = "http://$host/still.jpg rotate=0 fps=10";

# What is there to be found
my ($status, $out) = run_command($t->{dir}, 20, '', "$Gmshoot::build/gmshoot",
    'detect', '--camera', "clip:$t->{dir}/camera/p2 fps=5", '--target',
    'issf-10m-air-pistol', '--caliber', '4.5mm');
my @truth = grep { $_->{event} eq 'shot' } map { decode_json($_) }
    split(/\n/, $out);
is(scalar @truth, 3, 'three shots are there to be found');

$t->write_conf(ranges =>
    Gmshoot::range('ptz', camera => "$still presets=$ask credentials=$key")
    . Gmshoot::range('plain', camera => "http://$host/still.jpg?frozen")
    . Gmshoot::range('none', camera => "http://$host/still.jpg?black "
        . "presets=$none")
    . Gmshoot::range('off', camera => "http://$host/still.jpg?shrinks "
        . "presets=$off"));
my $w = Gmshoot::Real->new($t);
$t->start;
ok($w->ready('ptz'), 'a lane looks through a camera with presets')
    or diag(Gmshoot::Trouble::said($w->state('ptz')));

sub state  { return $w->state('ptz') }
sub camera { return $t->get_json('/api/lanes/ptz/camera') }

# Again where the camera is too busy to answer in time, as others may use the
# machine.
sub ask {
    my ($preset, $lane) = @_;
    my $r;
    for (1 .. 5) {
        $r = $t->json('PATCH', '/api/lanes/' . ($lane || 'ptz') . '/camera',
            { preset => $preset });
        last if $r->{status} != 504
            && ($r->{json}{detail} || '') !~ /did not answer in time/;
    }
    return $r;
}

# At rest, at this preset, and looking for holes.
sub arrives {
    my ($preset, $before) = @_;
    return $t->wait_for(sub {
        my $s = main::state();
        return $s->{camera}{state} eq 'ok'
            && $s->{camera}{zoom} eq "preset $preset"
            && ($s->{calibration}{seq} || $before) != $before
            && $s->{detector}{state} eq 'live' ? $s : undef;
    }, "preset $preset", 30) || main::state();
}

is_deeply([ @{ camera() }{qw(preset presets)} ], [ undef, [] ],
          'where it looks nobody knows yet');
my $home = main::state()->{calibration};

# To another, which has no calibration

my $r = ask(1);
is($r->{status}, 200, 'it can be asked for a preset');
is($r->{json}{camera}{state}, 'moving', 'and is on its way');
is(main::state()->{detector}{state}, 'moving', 'nothing is looked for then');
like((problem(main::state(), 'camera-turned') || {})->{detail} || '',
     qr/goes to preset 1: no shot is looked for until/, 'which the lane says');
my $s = arrives(1, $home->{seq});
my $far = $s->{calibration};
cmp_ok(abs($home->{px_per_mm} / $far->{px_per_mm} - 1.6), '<', 0.05,
       'there the card is so much smaller');
is(problem($s, 'camera-turned'), undef, 'and that is that');

# And back, twice

ask(2);
my $near = arrives(2, $far->{seq})->{calibration};
ask(1);
$s = arrives(1, $near->{seq});
is_deeply($s->{calibration}{homography_mm_to_px},
          $far->{homography_mm_to_px},
          'the calibration of a preset that it had is loaded');
my $history = $t->get_json('/api/lanes/ptz/calibration')->{history};
is($history->[0]{of}, $far->{seq}, 'which the record names');
is($history->[0]{reason}, 'the camera is at preset 1', 'with the reason');
my $now = camera();
is($now->{preset}, 1, 'and the camera its preset');
is(join(' ', sort map { $_->{preset} } @{ $now->{presets} }), '1 2',
   'and those that have a calibration');

# What cannot be

is(ask(99)->{status}, 409, 'a preset that the camera has not is refused');
like(ask(99)->{json}{detail}, qr{\Q$host\E/zoom/preset answers 404},
     'with its answer');
for my $bad (-1, 1.5, 'two', 10000) {
    $r = ask($bad);
    is("$r->{status} $r->{json}{errors}[0]{pointer}", '422 /preset',
       "preset $bad is none");
}
is($t->json('PATCH', '/api/lanes/ptz/camera',
    { preset => 1, controls => { gain => 1 } })->{status}, 422,
   'nor one with controls');
is(ask(1, 'plain')->{status}, 409, 'a camera whose line names no request');
like(ask(1, 'none')->{json}{detail} || '', qr/has no \{preset\}/,
     'one whose request has no place for it');
like(ask(1, 'off')->{json}{detail} || '', qr/cannot be reached/,
     'and one that is not there are refused');
is(main::state()->{camera}{state}, 'ok', 'and nothing moves for that');

# A frozen and a black picture

for (['plain', 'frozen', 'camera-lost',
      qr/same picture again and again.* opened anew/],
     ['none', 'black', 'camera-blind', qr/is the lens covered/])
{
    my ($lane, $state, $type, $what) = @$_;
    my $p = $t->wait_for(sub {
        my $s = $w->state($lane);
        return $s->{camera}{state} eq $state && problem($s, $type);
    }, "$state camera", 15) || {};
    like($p->{detail} || '', $what, "a $state camera is told");
}
ok($t->wait_for(sub {
    return grep { $_->{check} eq 'camera' && $_->{status} eq 'fail'
                  && $_->{lane} eq 'plain' }
        @{ $t->get_json('/readyz')->{checks} || [] };
}, 'the check', 3), 'and a lane before it is not ready');

# A preset that the camera does not quite go to any more

$camera->misses;
my $seq = main::state()->{calibration}{seq};
ask(2);
ok($t->wait_for(sub {
    my ($last, $loaded) =
        @{ $t->get_json('/api/lanes/ptz/calibration')->{history} };
    return $loaded->{seq} > $seq && $loaded->{of} && !$last->{of};
}, 'another calibration'),
   'a calibration that does not fit any more is not gone by');
$s = arrives(2, $seq);
cmp_ok(abs($s->{calibration}{px_per_mm} / $near->{px_per_mm} - 1.04), '<',
       0.005, 'the target is found where it is');

my $p = $t->wait_for(sub { problem($w->state('off'), 'detector-trouble') },
                     'the problem') || {};
like($p->{detail} || '', qr/are 320x240, but the calibration was made at 640x480/,
     'a camera whose pictures change their size is not scored by the old');

# Shots, in one session at two zooms

my $stream = $t->sse('/api/lanes/ptz/events');
$stream->next(1);
is($t->json('POST', '/api/lanes/ptz/session', {})->{status}, 201, 'a session');

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

$camera->segment(1);
is(shots(1), 1, 'a shot is found');
is(ask(1)->{status}, 200, 'the camera is zoomed out in mid-session');
$camera->segment(2);
is(shots(2), 2, 'a shot that falls meanwhile is found there');
is(main::state()->{camera}{zoom}, 'preset 1', 'and not before');

# A reboot: it comes back somewhere else

my $asked = () = $camera->asked;
my $pid = $w->lane_pid('ptz');
$camera->dies;
ok($t->wait_for(sub { problem(main::state(), 'camera-lost') }, 'the problem'),
   'the camera is gone');
$camera->segment(3);
$camera->{home} = 2;
$camera->start;
is(shots(3), 3, 'the shot that fell meanwhile is found');
is(join(' ', ($camera->asked)[$asked .. $asked]), '{"number":1}',
   'the preset was set again');
is(main::state()->{camera}{zoom}, 'preset 1', 'where the lane looks again');
is($w->lane_pid('ptz'), $pid, 'by the same process');

my $off_mm = max(map {
    my $shot = $_;
    (sort { $a <=> $b } map { sqrt(($_->{x_mm} - $shot->{x_mm}) ** 2
        + ($_->{y_mm} - $shot->{y_mm}) ** 2) } @truth)[0]
} @shots);
cmp_ok($off_mm, '<', 0.5, sprintf('all where they are (%.2f mm)', $off_mm));
is(scalar @{ main::state()->{shots}{rows} }, 3, 'none more');
is(join(' ', map { $_->{recovered} ? 1 : 0 } @shots), '0 1 1',
   'those that fell while nobody looked say so');
$t->json('DELETE', '/api/lanes/ptz/session');

# Another life

$asked = () = $camera->asked;
kill('KILL', $pid);
ok($t->wait_for(sub {
    my $s = main::state();
    return $s->{process} && $s->{process}{pid} != $pid
        && ($s->{camera}{zoom} || '') eq 'preset 1'
        && $s->{calibration}{seq} && $s->{detector}{state} eq 'live';
}, 'another process', 20), 'a lane that was killed is back at its preset');
cmp_ok(scalar(() = $camera->asked), '>', $asked, 'which it asked for');
is(join(' ', sort map { $_->{preset} } @{ camera()->{presets} }), '1 2',
   'and knows the others');

unlike($w->log_text . $t->get('/api/lanes')->{body}, qr/secretword|sesame/,
       'no secret is told');
undef $camera;
$w->finish;
$t->finish;
