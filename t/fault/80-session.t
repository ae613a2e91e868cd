#!/usr/bin/perl

# The commands of a session on real lanes: what is right is done once, what is
# wrong is refused with the place, and another target or caliber is really
# drawn, found, and scored by its own rule.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Metrics;
use Gmshoot::Real;

my $t = Gmshoot->new(ranges => Gmshoot::range('lane1',
    camera => 'simulate: seed=80 fps=10 size=640x480 shots=100 first=0.7 '
        . 'interval=0.8 jitter=0.1 series=0 sigma=24 overlap=0 noise=0.7',
    targets => 'issf-10m-air-pistol issf-25m-precision-pistol',
    calibers => '4.5mm 5.6mm 9mm'),
    http => 'log_format ids "$status $request_id $gmshoot_lane $request";',
    location => 'access_log %%DIR%%/logs/access.log ids;');
my $w = Gmshoot::Real->new($t);
$t->start;
my $state = $w->ready('lane1') or diag($w->log_text);

my $path = '/api/lanes/lane1/session';

sub problem_of {
    my ($r) = @_;
    return "$r->{status} " . (($r->{json} || {})->{type} || '');
}

# Before there is a session

is(problem_of($t->json('DELETE', $path)),
   '409 /docs/problems#session-state', 'a session that is none cannot end');
is(problem_of($t->json('PATCH', $path, { state => 'paused' })),
   '409 /docs/problems#session-state', 'nor pause');

# What is wrong, where

my @wrong = (
    [{ target => 'moon' }, '/target', qr/does not offer that target/],
    [{ target => 'issf-10m-air-rifle' }, '/target', qr/does not offer/],
    [{ target => 7 }, '/target', qr/does not offer/],
    [{ caliber_mm => 7.62 }, '/caliber_mm', qr/does not offer that caliber/],
    [{ caliber_mm => '9mm' }, '/caliber_mm', qr/caliber/],
    [{ caliber => '9' }, '/caliber', qr/use mm/],
    [{ caliber => 9 }, '/caliber', qr/is no length/],
    [{ distance => '25' }, '/distance', qr/use m/],
    [{ distance => '3km' }, '/distance', qr/use m/],
    [{ distance => '25m', distance_m => 25 }, '/distance', qr/either/],
    [{ caliber => '9mm', caliber_mm => 9 }, '/caliber', qr/either/],
    [{ distance_m => 0 }, '/distance_m', qr/1 to 2000/],
    [{ distance_m => 'far' }, '/distance_m', qr/1 to 2000/],
    [{ shooter => '' }, '/shooter', qr/short text/],
    [{ shooter => 'x' x 64 }, '/shooter', qr/short text/],
    [{ shooter => "a\nb" }, '/shooter', qr/control/],
    [{ colour => 'red' }, '/colour', qr/not known/],
);

for (@wrong) {
    my ($body, $pointer, $detail) = @{$_};
    my $r = $t->json('POST', $path, $body);
    my $error = (($r->{json} || {})->{errors} || [{}])->[0];

    is("$r->{status} " . ($error->{pointer} || ''), "422 $pointer",
       "$pointer is refused at its place") or diag($r->{body});
    like($error->{detail} || '', $detail, 'with what is wrong');
}

is($w->state('lane1')->{seq}, $state->{seq}, 'and nothing of it happened');

# One id in the document, in the access log and in the worker's log

my $r = $t->json('POST', $path, { colour => 'blue' });
my $id = $r->{json}{request_id} || 'none';
like($id, qr/^[0-9a-f]{32}$/, 'a refusal has an id') or diag($r->{body});
ok($t->wait_for(sub {
    Gmshoot::slurp("$t->{dir}/logs/access.log")
        =~ /^422 $id lane1 POST \Q$path\E /m;
}), "which is that of nginx's access log");
my ($line) = grep { /"req_id":"$id"/ } split(/\n/, $w->log_text);
my $said = eval { JSON::PP->new->decode($line) } || {};
is(join(' ', map { defined $_ ? $_ : '-' }
             @{$said}{qw(msg for_lane verb status req_id)}),
   "command refused lane1 session.start 422 $id", "and of the worker's log");
$r = $t->get('/api/lanes/lane9');
like($r->{body}, qr/"request_id":"(?!$id)[0-9a-f]{32}"\}$/,
     'what nginx refuses has one too, another');

# Once, however often it is asked

my $again = { 'Idempotency-Key' => 'start-1' };
$r = $t->json('POST', $path, { nickname => 'anna' }, $again);
is($r->{status}, 201, 'a session starts');
my $session = $r->{json}{session};
my $seq = $w->state('lane1')->{seq};

my $repeat = $t->json('POST', $path, { nickname => 'anna' }, $again);
is("$repeat->{status} $repeat->{json}{session}", "201 $session",
   'asked again with the same key it is the same session');
is($w->state('lane1')->{seq}, $seq, 'and no second event');
is(problem_of($t->json('POST', $path, { nickname => 'bob' },
                       { 'Idempotency-Key' => 'start-2' })),
   '409 /docs/problems#session-open', 'another start is refused');
is(problem_of($t->json('POST', '/api/lanes/lane1/calibration', {})),
   '409 /docs/problems#session-open', 'so is a calibration');

# Pause and resume

is($t->json('PATCH', $path, { state => 'paused' })->{status}, 200, 'a pause');
is($w->state('lane1')->{state}, 'paused', 'is told');
my $counted = @{ $w->state('lane1')->{shots}{rows} };
sleep(2);
is(scalar @{ $w->state('lane1')->{shots}{rows} }, $counted,
   'shots in it do not count');
$seq = $w->state('lane1')->{seq};
is($t->json('PATCH', $path, { state => 'paused' })->{status}, 200,
   'who asks for it twice is content');
is($w->state('lane1')->{seq}, $seq, 'but it is one pause');
is($t->json('PATCH', $path, { state => 'live' })->{status}, 200,
   'it goes on');
is(problem_of($t->json('PATCH', $path, { state => 'asleep' })),
   '422 /docs/problems#invalid-field', 'a state that is none is refused');
ok($t->wait_for(sub { @{ $w->state('lane1')->{shots}{rows} } > $counted + 1 },
    'shots', 6), 'shots count again');

$again = { 'Idempotency-Key' => 'end-1' };
$r = $t->json('DELETE', $path, undef, $again);
is($r->{status}, 200, 'the session ends');
$repeat = $t->json('DELETE', $path, undef, $again);
is($repeat->{body}, $r->{body}, 'asked again the answer is the same');

# What those count who watch from outside

my $m = Gmshoot::Metrics->read($t->get('/metrics')->{body});
$state = $w->state('lane1');
my $rows = @{ $state->{shots}{rows} };
is(join("\n", $m->faults), '', 'metrics of a lane that shoots are readable');
is($state->{session}{id}, $session, 'the shots are those of the session');
is($m->value("gmshoot_$_", lane => 'lane1'), $rows, "$_ is their number")
    for qw(shots_total publish_seconds_count);
my %n = map { $_ => $m->value("gmshoot_$_", lane => 'lane1') }
    qw(holes_total hole_seconds_count hole_seconds_sum commits_total
       commit_seconds_count frames_captured_total frames_analysed_total
       frames_dropped_total frames_repeated_total frames_bad_total lane_up
       camera_up journal_up lane_calibrated lane_restarts_total);
cmp_ok($n{holes_total}, '>=', $rows, 'each was a hole before');
cmp_ok(abs($n{hole_seconds_count} - $n{holes_total}), '<=', 1,
       'each hole took its time');
my $mean = $n{hole_seconds_sum} / $n{holes_total};
ok($mean > 0 && $mean < 2, "a moment: $mean s");
# a session began, paused, went on and ended
cmp_ok($n{commits_total}, '>=', $rows + 4, 'all that was kept was committed');
is($n{commit_seconds_count}, $n{commits_total}, 'each commit took its time');
cmp_ok($n{frames_analysed_total} + $n{frames_dropped_total}
       + $n{frames_repeated_total} + $n{frames_bad_total}, '<=',
       $n{frames_captured_total} + 2, 'no picture is counted twice');
is(join(' ', @n{qw(lane_up camera_up journal_up lane_calibrated
                   lane_restarts_total)}), '1 1 1 1 0', 'the lane is well');
is($t->get_json('/readyz')->{status}, 'ok', 'and ready');

# Its end was a mistake

my $own = sub { return "/api/lanes/lane1/sessions/$_[0]" };
kill 'KILL', $state->{process}{pid};
ok($t->wait_for(sub {
    my $s = $w->state('lane1');
    return ($s->{process}{restarts} || 0) > 0 && $s->{state} eq 'idle';
}, 'another life', 10), 'a lane is killed after the end');
my $undo = { 'Idempotency-Key' => 'undo-1' };
$r = $t->json('PATCH', $path, { state => 'reopened' }, $undo);
is("$r->{status} $r->{json}{session}", "200 $session", 'which is undone')
    or diag($r->{body});
is($t->json('PATCH', $path, { state => 'reopened' }, $undo)->{body},
   $r->{body}, 'once');
is(problem_of($t->json('PATCH', $path, { state => 'reopened' })),
   '409 /docs/problems#session-state', 'it is open already');
$state = $w->state('lane1');
is("$state->{state} $state->{session}{state} " . @{ $state->{shots}{rows} },
   "live open $rows", 'it is open, with all its shots');
is($state->{session}{rounds}[-1]{by}, undef, 'and the round that was open');
ok($t->wait_for(sub { @{ $w->state('lane1')->{shots}{rows} } > $rows }, 'shots',
    6), 'and shots count');
is($t->json('DELETE', $path)->{status}, 200, 'it ends as it should');
$state = $w->state('lane1');
$rows = @{ $state->{shots}{rows} };
my $hash = $state->{session}{hash};
like($hash, qr/^[0-9a-f]{64}$/, 'with a hash');
ok($t->wait_for(sub {
    my $kept = $t->get_json("/api/sessions/$session");
    return ref $kept->{session} && $kept->{session}{state} eq 'ended'
        && @{ $kept->{shots} } == $rows;
}, 'the history', 5), 'the history has it once, whole');

# ... and so was a start

$r = $t->json('POST', $path, {});
my $mistake = $r->{json}{session};
is($t->json('PATCH', $own->($session), { state => 'reopened' })->{status}, 404,
   'what was before a session is gone');
is($t->json('PATCH', $own->($mistake), { state => 'discarded' })->{status}, 200,
   'a start is undone before the first shot');
is($w->state('lane1')->{state}, 'idle', 'then nobody shoots');

# Another target and another caliber

$r = $t->insist('POST', $path, { target => 'issf-25m-precision-pistol',
                                 caliber => '9mm', distance => '25m' });
is($r->{status}, 201, 'a session on another target with another caliber')
    or diag($r->{body});
$state = $w->state('lane1');
is("$state->{face}{name} $state->{caliber_mm} $state->{distance_m}",
   'issf-25m-precision-pistol 9 25', 'is of what was chosen');
is($state->{gauge_mm}, 9.65, '9 mm is scored with its own gauge');
isnt($state->{session}{id}, $session, 'it is another session');

my $stream = $t->sse('/api/lanes/lane1/events');
my (@shots, @truth);
my $until = time + 5;
while (time < $until && @shots < 5) {
    my $e = $stream->next($until - time) or last;
    my $name = $e->{event} || '';
    push @truth, $e->{json} if $name eq 'truth';
    push @shots, $e->{json} if $name eq 'shot';
}
$state = $w->state('lane1');
my %column = map { $state->{shots}{columns}[$_] => $_ }
    0 .. $#{ $state->{shots}{columns} };
@shots = map { my $row = $_; +{ map { $_ => $row->[$column{$_}] }
    keys %column } } @{ $state->{shots}{rows} };
cmp_ok(scalar @shots, '>=', 3, 'its shots are found');

my ($wrong, $near) = ('', 0);
for my $shot (@shots) {
    my $r_mm = sqrt($shot->{x_mm}**2 + $shot->{y_mm}**2);
    # rings of 50 mm, touched by a gauge of 9.65 mm
    my $ring = int(11 - ($r_mm - 9.65 / 2) / 25);
    $ring = 10 if $ring > 10;
    $ring = 0 if $ring < 0;
    $wrong .= "$shot->{n}: $shot->{ring} for $ring at $r_mm\n"
        if $shot->{ring} != $ring
        && abs(($r_mm - 9.65 / 2) / 25 - int(($r_mm - 9.65 / 2) / 25 + 0.5))
           > 0.01;
}
is($wrong, '', 'and scored by the gauge of 9 mm on the rings of that target');

for my $truth (@truth) {
    $near++ if grep { abs($_->{x_mm} - $truth->{x_mm}) < 2
        && abs($_->{y_mm} - $truth->{y_mm}) < 2 } @shots;
}
cmp_ok($near, '>=', 3, 'they lie where they were fired')
    or diag(map { sprintf("%s %d: %.1f %.1f\n", @{$_}) }
        (map { ['shot', @{$_}{qw(n x_mm y_mm)}] } @shots),
        (map { ['truth', @{$_}{qw(n x_mm y_mm)}] } @truth));
is($t->json('DELETE', $path)->{status}, 200, 'it ends');

# Back to the usual, without a word
$r = $t->json('POST', $path, {});
is($r->{status}, 201, 'the next session') or diag($r->{body});
is($w->state('lane1')->{face}{name}, 'issf-10m-air-pistol',
   'is on the usual target again');
$t->json('DELETE', $path);

# A calibration by hand

my @h = @{ $w->state('lane1')->{calibration}{homography_mm_to_px} };
$h[2] += 1.5;
$r = $t->json('PUT', '/api/lanes/lane1/calibration',
              { homography_mm_to_px => \@h });
is($r->{status}, 200, 'a calibration is set by hand') or diag($r->{body});
is($w->state('lane1')->{calibration}{origin}, 'hand', 'and told as such');
for ([1 .. 8], [(0) x 9], 'no') {
    $r = $t->json('PUT', '/api/lanes/lane1/calibration',
                  { homography_mm_to_px => $_ });
    is("$r->{status} " . ($r->{json}{errors}[0]{pointer} || ''),
       '422 /homography_mm_to_px', 'what is none is refused');
}
is($w->state('lane1')->{calibration}{origin}, 'hand', 'and changes nothing');
$r = $t->json('POST', '/api/lanes/lane1/calibration', {});
is("$r->{status} $r->{json}{origin}", '200 auto', 'it is found again');

$w->finish;
$t->finish;
