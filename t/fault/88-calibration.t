#!/usr/bin/perl

# Whose word counts for which side is up, on a real lane: rings cannot tell, so
# a person is asked once; what was set is gone back from, and the record keeps
# it all.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use File::Copy;
use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;

my $t = Gmshoot->new(ranges => '');
for my $folder (qw(card same)) {
    mkdir "$t->{dir}/$folder";
    copy("$Gmshoot::repo/t/browser/card.jpg", "$t->{dir}/$folder/$_.jpg")
        for 1 .. 3;
}
$t->write_conf(ranges =>
    Gmshoot::range('lane1', camera => "clip:$t->{dir}/card fps=5 loop=1")
    . Gmshoot::range('lane2',
        camera => "clip:$t->{dir}/same fps=5 loop=1 rotate=0")
    . Gmshoot::range('lane3', camera => 'simulate: seed=3 fps=5'));
my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready($_) or diag($w->log_text) for qw(lane1 lane2 lane3);

my $path = '/api/lanes/lane1/calibration';

sub post {
    my ($verb, $body) = @_;
    return $t->json('POST', "$path/$verb", $body);
}

sub problem_of {
    my ($r) = @_;
    return "$r->{status} " . (($r->{json} || {})->{type} || '');
}

sub asked {
    my ($lane) = @_;
    return scalar grep { $_->{type} eq 'not-confirmed' }
        @{ $w->state($lane)->{problems} };
}

# The hour of a place in the picture, as the lane has it.
sub hour {
    my ($x_px, $y_px) = @_;
    my $r = post('verify', { x_mm => 0, y_mm => 0, x_px => $x_px,
                             y_px => $y_px });
    my $hour = atan2($r->{json}{x_off_mm}, $r->{json}{y_off_mm}) * 6
        / 3.14159265;
    return int($hour + 12.5) % 12 || 12;
}

# Who is asked

ok(asked('lane1'), 'a lane asks which side is up when nobody has said');
ok(!asked('lane2'), 'not when the configuration says it');
ok(!asked('lane3'), 'nor when the picture is a drawn one');
ok(!$w->state('lane1')->{calibration}{confirmed}, 'nothing is confirmed');

for ([{}, '/rotate'], [{ upright => JSON::PP::false }, '/upright'],
     [{ rotate => 45 }, '/rotate'], [{ rotate => 0, mirror => 1 }, '/mirror'],
     [{ upright => JSON::PP::true, rotate => 0 }, '/upright'],
     [{ top => 1 }, '/top']) {
    my ($body, $pointer) = @$_;
    my $r = post('confirm', $body);
    is("$r->{status} " . (($r->{json}{errors} || [{}])->[0]{pointer} || ''),
       "422 $pointer", "$pointer is refused at its place");
}

# A person says

my $found = $w->state('lane1')->{calibration};
my $r = post('confirm', { upright => JSON::PP::true });
is($r->{status}, 200, 'it is the top');
ok($r->{json}{confirmed}, 'and so it is confirmed');
is_deeply($r->{json}{homography_mm_to_px}, $found->{homography_mm_to_px},
          'the calibration is what it was');
is($w->state('lane1')->{detector}{state}, 'live', 'the lane goes on looking');
ok(!asked('lane1'), 'and asks no more');
my $seq = $w->state('lane1')->{seq};
post('confirm', { upright => JSON::PP::true });
is($w->state('lane1')->{seq}, $seq, 'said twice it is one fact');
is($t->json('POST', $path, {})->{json}{confirmed}, JSON::PP::true,
   'what is found anew and the same way up needs no other word');

# All eight ways to hang a camera: a hole above the centre

my @hours = map { my ($rotate, $mirror) = @$_;
    post('confirm', { rotate => $rotate, mirror => $mirror ? JSON::PP::true
                                                  : JSON::PP::false });
    hour(655, 250) }
    [ 0, 0 ], [ 90, 0 ], [ 180, 0 ], [ 270, 0 ],
    [ 0, 1 ], [ 90, 1 ], [ 180, 1 ], [ 270, 1 ];
is("@hours", '12 3 6 9 12 3 6 9', 'is where each of the eight views has it');

post('confirm', { rotate => 180, mirror => JSON::PP::false });
is($t->json('POST', $path, {}, { 'Idempotency-Key' => 'find' })->{json}{rotate},
   180, 'what is found next is upright in the view that was confirmed');
is(hour(655, 250), 6, 'and so are its places');
ok(!asked('lane1'), 'without another question');
my %pid = map { $_ => $w->lane_pid($_) } qw(lane1 lane2 lane3);
$w->kill9;
$t->wait_for(sub { !grep { kill(0, $_) } values %pid }, 'the lanes to die', 5);
$w->start;
for my $lane (sort keys %pid) {
    $t->wait_for(sub { my $now = $w->lane_pid($lane);
                       $now && $now != $pid{$lane} }, 'its successor', 15);
}
$w->ready($_) for qw(lane1 lane3);
is($w->state('lane1')->{calibration}{rotate}, 180, 'also after a restart');
$seq = $w->state('lane1')->{seq};
is($t->json('POST', $path, {}, { 'Idempotency-Key' => 'find' })->{status}, 200,
   'the same command again');
is($w->state('lane1')->{seq}, $seq, 'looks for nothing anew');

# What was set can be gone back from

my $set = $t->json('PUT', $path,
    { homography_mm_to_px => [3.7, 0, 640, 0, -3.7, 360, 0, 0, 1] })->{json};
is($set->{origin}, 'hand', 'a calibration by hand');
$r = post('undo', {});
is("$r->{status} $r->{json}{origin}", '200 auto', 'is undone');
is($r->{json}{rotate}, 180, 'the one before is in force');
my $history = $t->json('GET', $path)->{json}{history};
is($history->[0]{reason}, 'undone', 'the record says so');
is($history->[0]{of}, $history->[2]{seq}, 'and what was brought back');
$r = post('undo', {});
is($r->{status}, 200, 'undone again it goes back one more');
isnt($t->json('GET', $path)->{json}{history}[0]{of}, $history->[0]{of},
     'to another one');

# By points on the rings

my @handles = ({ kind => 'centre', x_px => 655.2, y_px => 352.7 });
for (0 .. 7) {
    my ($x, $y) = (29.75 * cos($_ * .785398), 29.75 * sin($_ * .785398));
    my $d = 1 + .00012 * $x + .00021 * $y;
    push @handles, { kind => 'black',
        x_px => (3.62 * $x + .11 * $y + 655.2) / $d,
        y_px => (-.06 * $x - 3.55 * $y + 352.7) / $d };
}
$r = $t->json('PUT', $path, { handles => \@handles });
is("$r->{status} " . ($r->{json}{origin} || $r->{body}), '200 hand',
   'points on the rings make a calibration');
cmp_ok(abs($r->{json}{px_per_mm} - 3.585), '<', 0.02, 'a good one');
$r = post('verify', { x_mm => 0, y_mm => 0, x_px => 655.2, y_px => 352.7 });
cmp_ok($r->{json}{error_mm}, '<', 0.1, 'which a known hole verifies');
for ([[], '/handles'], [{}, '/handles'],
     [[{ kind => 'dot' }], '/handles/0/kind'],
     [[{ kind => 'ring', value => 11 }], '/handles/0/value'],
     [[{ kind => 'centre', x_px => 1 }], '/handles/0/y_px']) {
    my ($list, $pointer) = @$_;
    $r = $t->json('PUT', $path, { handles => $list });
    is("$r->{status} " . (($r->{json}{errors} || [{}])->[0]{pointer} || ''),
       "422 $pointer", "$pointer is refused at its place");
}

# What would be, before it is

$seq = $w->state('lane1')->{seq};
$r = post('try', { handles => [ @handles[0 .. 7],
    { %{ $handles[8] }, y_px => $handles[8]{y_px} + 2 } ] });
is($r->{status}, 200, 'points are tried');
cmp_ok($r->{json}{residual_mm}, '>', 0.05, 'and told how they fit');
is(scalar(grep { $_ > 0 } @{ $r->{json}{off_mm} }), 9, 'each of them');
my $tried = $r->{json}{homography_mm_to_px};
is(post('try', { handles => [] })->{json}{errors}[0]{pointer}, '/handles',
   'points that tell nothing are told so');
is($w->state('lane1')->{seq}, $seq, 'and nothing is changed');

# A test shot

$r = post('verify', { x_px => 655.2, y_px => 352.7 });
is("$r->{json}{score_tenths} $r->{json}{ring}", '109 10',
   'a hole in the middle is a ten');
ok(!exists $r->{json}{error_mm}, 'of which nobody knows where it should be');
$r = post('verify', { x_px => 655.2, y_px => 252.7, x_mm => 0, y_mm => -28 });
cmp_ok(abs($r->{json}{y_mm} + 28), '<', 1, 'another one is where it is');
cmp_ok(abs($r->{json}{y_mm} + 28 - $r->{json}{y_off_mm}), '<', .01,
       'and so far off');
is(post('verify', { x_px => 1, y_px => 1, x_mm => 0 })
       ->{json}{errors}[0]{pointer}, '/y_mm', 'half a place is none');
$r = post('verify', { x_px => 655.2, y_px => 352.7,
                      homography_mm_to_px => [1, 0, 0, 0, -1, 0, 0, 0, 1] });
is($r->{json}{ring}, 0, 'by another map it is a miss');

# Two who calibrate at once

$r = $t->request('GET', $path);
like($r->{header}{etag} || '', qr/^"(\d+)"$/, 'a calibration has a version');
my $tag = $r->{header}{etag};
$r = $t->json('PUT', $path, { homography_mm_to_px => $tried },
              { 'If-Match' => $tag });
is($r->{status}, 200, 'who has seen it sets it');
for (['PUT', $path, { homography_mm_to_px => $tried }], ['POST', $path, {}],
     ['POST', "$path/undo", {}], ['POST', "$path/confirm", { rotate => 0 }]) {
    my ($method, $at, $body) = @$_;
    is(problem_of($t->json($method, $at, $body, { 'If-Match' => $tag })),
       '412 /docs/problems#calibration-changed',
       "who has not is told so by $method $at");
}
$r = $t->json('POST', "$path/undo", {},
    { 'If-Match' => $t->request('GET', $path)->{header}{etag},
      'Idempotency-Key' => 'undo' });
is($r->{status}, 200, 'who looks again goes on');
is($t->json('POST', "$path/undo", {}, { 'If-Match' => $tag,
       'Idempotency-Key' => 'undo' })->{status}, 200,
   'what was done is told again, whatever came after');

# Not under a session, but for the word that it is right

is($t->json('POST', '/api/lanes/lane1/session', {})->{status}, 201,
   'a session');
is(problem_of(post('undo', {})), '409 /docs/problems#session-open',
   'keeps its calibration');
is(problem_of(post('confirm', { rotate => 0 })),
   '409 /docs/problems#session-open', 'as it is turned');
is(post('confirm', { upright => JSON::PP::true })->{status}, 200,
   'that it is right may be said');
is($t->json('DELETE', '/api/lanes/lane1/session')->{status}, 200, 'the end');

# It was found at both starts.
$r = $t->json('POST', '/api/lanes/lane3/calibration/undo', {});
is($r->{status}, 200, 'the second one goes');
is(problem_of($t->json('POST', '/api/lanes/lane3/calibration/undo', {})),
   '409 /docs/problems#nothing-to-undo', 'the first one stays');

$w->finish;
$t->finish;
