#!/usr/bin/perl

# Several sessions of one lane: two shooters swap in one tap, also over a kill;
# a shot before a real camera without a session opens one, which is claimed or
# discarded; sighters; start pressed three times; another target.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(sleep);

use Gmshoot;
use Gmshoot::Real;

my $scene = 'simulate: fps=10 size=640x480 first=3 interval=0.7 jitter=0 '
    . 'series=0 overlap=0 noise=0.7 sigma=40';
my $t = Gmshoot->new(ranges => Gmshoot::range('sim',
    camera => "$scene shots=200 seed=93",
    targets => 'issf-10m-air-pistol issf-25m-precision-pistol',
    calibers => '4.5mm 9mm'));
$t->write_conf(ranges => $t->{ranges} . Gmshoot::range('real',
    camera => "http://127.0.0.1:$t->{port}/api/lanes/sim/frame.jpg "
        . 'rotate=0'));
my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready($_) or diag($w->log_text) for qw(sim real);

my $own = '/api/lanes/sim/session';
my $all = '/api/lanes/sim/sessions';

sub patch { return $t->json('PATCH', @_)->{status} }

sub totals {
    my ($lane) = @_;
    return { map { $_->{shooter} => $_ } @{ $w->state($lane)->{sessions} } };
}

# At another target: it is drawn, and found, anew, in vain where the machine is
# too slow for that.
sub start {
    my ($path, $body) = @_;
    my $r;
    $t->wait_for(sub {
        $r = $t->insist('POST', $path, $body);
        return $r->{status} == 201;
    }, 'the target', 30);
    return $r;
}

sub more {
    my ($lane, $shooter, $n) = @_;
    return $t->wait_for(sub {
        (totals($lane)->{$shooter} || { shots => 0 })->{shots} >= $n
    }, "$n shots of '$shooter'", 20);
}

# Start pressed three times

my @again = map { $t->json('POST', $own, { nickname => 'anna' },
                           { 'Idempotency-Key' => 'start' }) } 1 .. 3;
is(join(' ', map { $_->{status} } @again), '201 201 201',
   'start pressed three times');
my $anna = $again[0]{json}{session};
is(join(' ', map { $_->{json}{session} } @again), "$anna $anna $anna",
   'is one session');

# What is seen of it before the other camera: nobody is there

ok(more('sim', 'anna', 2), 'shots of anna');
ok(more('real', '', 2), 'a lane without a session sees them');
my $walk = $w->state('real')->{session};
is("$walk->{walk_up} '$walk->{shooter}'", "1 ''", 'and keeps them for somebody');
is(patch('/api/lanes/real/session', { nickname => 'carl' }), 200,
   'who claims them');
is(totals('real')->{carl}{walk_up}, 0, 'has them');
is(patch('/api/lanes/real/session', { state => 'discarded' }), 409,
   'then they are not discarded');
is($t->json('DELETE', '/api/lanes/real/session')->{status}, 200, 'he ends');
ok(more('real', '', 1), 'the next shot is of nobody again');
my $nobodys = $w->state('real')->{session};
is(patch('/api/lanes/real/session', { state => 'discarded' }), 200,
   'it is discarded');
is(scalar(grep { $_->{walk_up} } @{ $w->state('real')->{sessions} }), 0,
   'and gone');
my $gone = $nobodys->{id};
is(patch("/api/lanes/real/sessions/$gone", { state => 'live' }), 200,
   'thought better of');
is($w->state('real')->{session}{id}, $gone, 'it is there again');

# ... into a session that somebody has

my $r = $t->json('POST', '/api/lanes/real/sessions', { nickname => 'dan' });
my $dan = $r->{json}{session};
is(patch("/api/lanes/real/sessions/$gone", { into => $gone }), 422,
   'no session takes its own shots');
is(patch("/api/lanes/real/sessions/$dan", { into => $gone }), 409,
   'nor gives what somebody has');
is(patch("/api/lanes/real/sessions/$gone", { active => JSON::PP::true }), 200,
   'somebody is late');
is(patch("/api/lanes/real/sessions/$gone", { state => 'paused' }), 200,
   'and nobody shoots');
is(scalar(grep { $t->json('POST', '/api/lanes/real/shots', { session => $gone,
                     ring => 5 + $_ % 5, reason => 'seen' })->{status} == 201 }
          1 .. 60), 60, 'a long session of nobody');
my $mine = totals('real');

# ... while its process is killed: some shots are his, the others not yet.
my $life = $w->state('real')->{process};
my $stream = $t->sse('/api/lanes/real/events');
my $asking = $t->spawn("$t->{dir}/into.log", 'curl', '-sS', '-X', 'PATCH',
    '-H', 'Content-Type: application/json', '-H', 'Idempotency-Key: into',
    '-d', JSON::PP::encode_json({ into => $dan }),
    "http://127.0.0.1:$t->{port}/api/lanes/real/sessions/$gone");
ok($t->wait_for(sub {
       return (($stream->next(1) || {})->{event} || '') eq 'correction';
   }, 'the first shot of it', 5), 'it begins');
kill 'KILL', $life->{pid};
waitpid $asking, 0;
ok($t->wait_for(sub {
       my $s = $w->state('real');
       return ($s->{process}{restarts} || 0) > ($life->{restarts} || 0)
           && $s->{session};
   }, 'another life', 10), 'the lane was killed, and is back');

sub given {
    my $s = $t->get_json("/api/lanes/real/sessions/$dan")->{shots};
    my ($i) = grep { $s->{columns}[$_] eq 'corrected' } 0 .. $#{ $s->{columns} };
    return scalar grep { ($_->[$i] || '') eq 'session' } @{ $s->{rows} };
}

note(given() . " of $mine->{''}{counted} shots came before");
sub into {
    $r = $t->json('PATCH', "/api/lanes/real/sessions/$gone", { into => $dan },
                  { 'Idempotency-Key' => 'into' });
    return $r->{status} == 200;
}

$t->wait_for(\&into, 'the rest of it', 10);
is("$r->{status} " . ($r->{json}{session} || ''), "200 $dan", 'dan takes it')
    or diag($r->{body});
my $his = totals('real');
is(given(), $mine->{''}{counted}, 'all its shots, each once');
is($his->{''}, undef, 'which is gone');
is($t->json('PATCH', "/api/lanes/real/sessions/$gone", { into => $dan },
            { 'Idempotency-Key' => 'into' })->{json}{session}, $dan,
   'a repeat is none');
is($t->json('DELETE', '/api/lanes/real/session')->{status}, 200, 'he ends');
is($t->json('POST', '/api/range', { range => 'cold' })->{status}, 200,
   'the range is cold');
sleep(2);
is($w->state('real')->{state}, 'idle', 'no shot opens a session then');

# Two share the lane

$r = $t->json('POST', $own, { nickname => 'bob' });
is($r->{status}, 409, 'the lane is not free');
$r = $t->json('POST', $all, { nickname => 'bob', sighters => JSON::PP::true });
is($r->{status}, 201, 'but can be shared') or diag($r->{body});
my $bob = $r->{json}{session};
is($w->state('sim')->{session}{id}, $bob, 'who comes has it');
is($t->json('POST', '/api/range', { range => 'hot' })->{status}, 200,
   'and the range is hot');
ok(more('sim', 'bob', 2), 'shots of bob');
is(totals('sim')->{bob}{counted}, 0, 'are sighters');
is(patch("$all/$bob", { record => JSON::PP::true }), 200, 'until he says');
ok(more('sim', 'bob', 4), 'shots of bob');
cmp_ok(totals('sim')->{bob}{counted}, '>', 0, 'that count');

# A swap, and a kill

is(patch("$all/$anna", { active => JSON::PP::true }), 200, 'one tap');
my $was = totals('sim');
is($was->{anna}{active} . $was->{bob}{active}, '10', 'and anna has the lane');
kill 'KILL', $w->state('sim')->{process}{pid};
ok($t->wait_for(sub {
       my $s = $w->state('sim');
       return ($s->{process}{restarts} || 0) > 0 && $s->{state} eq 'live';
   }, 'another life', 10), 'a killed lane is back');
ok(more('sim', 'anna', $was->{anna}{shots} + 2), 'anna goes on');
my $is = totals('sim');
is($is->{anna}{active} . $is->{bob}{active}, '10', 'she has the lane');
is($is->{bob}{total_tenths}, $was->{bob}{total_tenths}, 'bob keeps his total');
is($w->state('sim')->{session}{detail}, '', 'and nobody has to resume');

# Another target is another paper

$r = start($all, { nickname => 'dora', caliber_mm => 9,
                   target => 'issf-25m-precision-pistol' });
is($r->{status}, 201, 'a session at another target') or diag($r->{body});
my $dora = $r->{json}{session};
my $state = $w->state('sim');
is("$state->{face}{name} $state->{caliber_mm}", 'issf-25m-precision-pistol 9',
   'which hangs there now');
ok(more('sim', 'dora', 2), 'and is shot at');
is(patch("$all/$bob", { active => JSON::PP::true }), 200, 'back to bob');
$state = $w->state('sim');
is("$state->{face}{name} $state->{caliber_mm}", 'issf-10m-air-pistol 4.5',
   'and his target');
cmp_ok($state->{session}{paper}, '>', 1, 'a fresh one');

# What is asked

$r = $t->get_json("$all/$dora");
is("$r->{session}{id} " . (@{ $r->{shots}{rows} } > 0), "$dora 1",
   'one session with its shots');
is(scalar @{ $t->get_json($all)->{sessions} }, 3, 'all of them');
is($t->get_json($own)->{session}{id}, $bob, 'the one that has the lane');
for (['GET', "$all/sim-0-0", undef, 404], ['PATCH', "$all/sim-0-0", {}, 404],
     ['PATCH', $own, {}, 422],
     ['PATCH', $own, { state => 'live', sighters => JSON::PP::true }, 422],
     ['PATCH', $own, { active => JSON::PP::false }, 422],
     ['PATCH', $own, { sighters => 'yes' }, 422],
     ['POST', $all, { sighters => 1 }, 422],
     ['PATCH', $own, { nickname => 'eve' }, 409]) {
    my ($method, $path, $body, $status) = @{$_};
    is($t->json($method, $path, $body)->{status}, $status,
       "$method " . ($body ? join(',', keys %$body) : '') . ": $status");
}
is($t->json('DELETE', "$all/$dora")->{status}, 200, 'one of them ends');
is($t->json('DELETE', $own)->{json}{session}, $bob, 'and another');
is($w->state('sim')->{session}{id}, $anna, 'who is left has the lane');
is($t->json('DELETE', $own)->{status}, 200, 'and ends');
is($w->state('sim')->{state}, 'idle', 'then it is idle');

# Who is known, and what he shoots with

$t->json('POST', '/api/shooters', { id => 'fay', name => 'Fay' });
my %gun = (id => 'duel', shooter => 'fay', name => 'P', gun => 'pistol',
           caliber_mm => 9, click => '2.5mm', sight => 'rear', hand => 'left');
is($t->json('POST', '/api/equipment', \%gun)->{status}, 201, 'a gun');
for ([{ shooter => 'nobody' }, '/shooter'],
     [{ shooter => 'fay', equipment => 'bow' }, '/equipment'],
     [{ shooter => 'fay', nickname => 'f' }, '/nickname'],
     [{ equipment => 7 }, '/equipment']) {
    $r = $t->json('POST', $own, $_->[0]);
    is("$r->{status} $r->{json}{errors}[0]{pointer}", "422 $_->[1]",
       join(',', %{ $_->[0] }) . ': refused');
}
$r = start($own, { shooter => 'fay', equipment => 'duel' });
is($r->{status}, 201, 'she shoots with it') or diag($r->{body});
$state = $w->state('sim');
my $fay = $state->{session}{id};
is("$state->{session}{equipment} $state->{caliber_mm}", 'duel 9', 'its caliber');
ok($t->wait_for(sub { $w->state('sim')->{session}{counted} >= 5 }, 'five shots',
                20), 'five shots');
is(patch($own, { state => 'paused' }), 200, 'and a pause');
for my $row (@{ $w->state('sim')->{shots}{rows} }) {
    $t->json('POST', "/api/lanes/sim/shots/$row->[0]/corrections",
        { what => 'move', base => $row->[-1], reason => 'a group',
          x_mm => 30 + $row->[0], y_mm => $row->[0] % 3 });
}
my $clicks = sub {
    return $t->get_json("/api/lanes/sim/advice$_[0]")
        ->{advice}{correction}{x}{clicks} || 0;
};
cmp_ok($clicks->(''), '>', 11, 'advice is in its clicks');
cmp_ok($clicks->('?click=1mm'), '>', 30, 'unless others are asked for');
is($t->json('DELETE', $own)->{status}, 200, 'she ends');
ok($t->wait_for(sub {
    my $found = $t->get_json('/api/sessions?equipment=duel')->{sessions} || [];
    return @$found == 1 && $found->[0]{id} eq $fay;
}, 'the history', 5), 'the history finds it by that');

my $history = "$t->{dir}/state/history.db";
$t->json('PATCH', '/api/equipment/duel', { retired => JSON::PP::true });
is($t->json('POST', $own, { equipment => 'duel' })->{status}, 422,
   'not when it is retired');
rename($_, "$_.away") for glob("$history*");
is($t->json('POST', $own, { equipment => 'duel' })->{status}, 503,
   'nobody knows it without a history');
is($t->json('POST', $own, { shooter => 'gil' })->{status}, 201,
   'nor who is unknown: he shoots');

$w->finish;
$t->finish;
