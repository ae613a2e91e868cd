#!/usr/bin/perl

# What is said about the paper and the range, on real lanes: it is counted and
# photographed when it goes, shots keep their numbers, a cold range records
# nothing, and who asks sees why.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;

my $camera = 'simulate: fps=10 size=640x480 shots=100 first=0.7 interval=0.6 '
    . 'jitter=0.1 series=0 sigma=24 overlap=0 noise=0.7';
my $t = Gmshoot->new(ranges =>
    Gmshoot::range('lane1', camera => "$camera seed=87")
    . Gmshoot::range('lane2', camera => "$camera seed=88"));
my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready('lane1') or diag($w->log_text);
$w->ready('lane2');

sub problem_of {
    my ($r) = @_;
    return "$r->{status} " . (($r->{json} || {})->{type} || '');
}

sub rows {
    my ($lane) = @_;
    my $shots = $w->state($lane)->{shots};
    my @columns = @{ $shots->{columns} };
    return map { my $row = $_;
                 +{ map { $columns[$_] => $row->[$_] } 0 .. $#columns } }
        @{ $shots->{rows} };
}

sub shots {
    my ($lane, $n) = @_;
    ok($t->wait_for(sub { (() = rows($lane)) >= $n }, "$n shots", 10),
       "$lane has $n shots");
}

# Without a session there is nothing to count

my $r = $t->json('POST', '/api/lanes/lane1/paper', { paper => 'new' });
is("$r->{status} $r->{json}{detail}",
   '200 no session is open: nothing was counted', 'a paper before a session');

for ([{}, '/paper'], [{ paper => 'old' }, '/paper'],
     [{ paper => 'new', expected => -1 }, '/expected'],
     [{ paper => 'new', expected => 1.5 }, '/expected'],
     [{ paper => 'new', colour => 'red' }, '/colour']) {
    my ($body, $pointer) = @$_;
    $r = $t->json('POST', '/api/lanes/lane1/paper', $body);
    is("$r->{status} " . (($r->{json}{errors} || [{}])->[0]{pointer} || ''),
       "422 $pointer", "$pointer is refused at its place");
}

# A paper goes

my $session = $t->json('POST', '/api/lanes/lane1/session', {})->{json}{session};
shots('lane1', 3);

my ($first) = rows('lane1');
is($first->{paper}, 1, 'a shot names its paper');
cmp_ok($first->{calibration}, '>', 0, 'and the calibration that placed it');

$r = $t->wait_for(sub {
    my $got = $t->get("/api/sessions/$session/shots/1.jpg");
    return $got->{status} == 200 ? $got : undef;
}, 'the evidence', 3) || { status => 0, body => '', header => {} };
is($r->{header}{'content-type'}, 'image/jpeg', 'the evidence of a shot is kept');
like($r->{body}, qr/^\xff\xd8.*\xff\xd9$/s, 'it is a whole JPEG');
cmp_ok(length $r->{body}, '<', 40_000, 'and a small one');
is($t->get("/api/sessions/$session/shots/1.jpg",
       { 'If-None-Match' => $r->{header}{etag} })->{status}, 304,
   'who has it need not get it again');
my $evidence = $r->{body};

for ('shots/99.jpg', 'shots/0.jpg', 'shots/x.jpg', 'shots/1x.jpg',
     'papers/1.jpg') {
    is(problem_of($t->json('GET', "/api/sessions/$session/$_")),
       '404 /docs/problems#picture-none', "$_ is none");
}
is(problem_of($t->json('GET', '/api/sessions/lane9-00-1/shots/1.jpg')),
   '404 /docs/problems#session-unknown', 'nor has a lane that is none any');
is(problem_of($t->json('GET', '/api/sessions/lane1-..-1/shots/1.jpg')),
   '404 /docs/problems#picture-none', 'a session is no path');
is(problem_of($t->json('GET', '/api/sessions/lane1-%22-1/shots/1.jpg')),
   '404 /docs/problems#picture-none', 'nor anything else');

my $stream = $t->sse('/api/lanes/lane1/events');
$r = $t->json('POST', '/api/lanes/lane1/paper', { paper => 'new' },
              { 'Idempotency-Key' => 'paper-1' });
is($r->{status}, 200, 'another paper');
is("$r->{json}{paper} $r->{json}{shots}", "1 $r->{json}{holes}",
   'as many holes as shots were counted at the first');
like($r->{json}{detail}, qr/^\d holes, \d shots$/, 'and it is said');
my $shots = $r->{json}{shots};
$r = $t->json('POST', '/api/lanes/lane1/paper', { paper => 'new' },
              { 'Idempotency-Key' => 'paper-1' });
is($r->{json}{paper}, 1, 'asked again with the same key it is the same paper');
is($w->state('lane1')->{session}{paper}, 2, 'the second one hangs there');
is($w->state('lane1')->{session}{last_paper}{shots}, $shots,
   'the count stays to be seen');

my $event;
my $until = time + 3;
while (time < $until) {
    my $e = $stream->next(0.1) or next;
    $event = $e->{json} if ($e->{event} || '') eq 'paper';
    last if $event;
}
is(join(' ', map { $event->{$_} // 'null' } qw(paper what author expected)),
   '1 new admin null', 'the record shows who said so');

ok($t->wait_for(sub {
    $t->get("/api/sessions/$session/papers/1.jpg")->{status} == 200;
}, 'the photograph', 3), 'the card was photographed before it went');

# A cold range

$r = $t->json('POST', '/api/range', { range => 'cold' });
is($r->{status}, 200, 'the range is cold');
is(join(' ', map { "$_->{name} $_->{status} $_->{answer}{range}" }
             @{ $r->{json}{lanes} }),
   'lane1 200 cold lane2 200 cold', 'on every lane');
$r = $t->json('POST', '/api/range', { range => 'warm' });
is(problem_of($r), '207 ', 'warm it cannot be');
my %id = map { ($_->{answer}{request_id} || '') => 1 } @{ $r->{json}{lanes} };
is(join(' ', map { length } keys %id), 32, 'each lane refuses the same request');
is($w->state('lane1')->{range}, 'cold', 'the state says so');
ok((grep { $_->{type} eq 'range-cold' } @{ $w->state('lane1')->{problems} }),
   'in words as well');

sleep(0.5);
my $counted = () = rows('lane1');
sleep(2.5);
is(scalar(() = rows('lane1')), $counted, 'nothing is recorded');

my %pid = map { $_ => $w->lane_pid($_) } qw(lane1 lane2);
$w->kill9;
$t->wait_for(sub { !grep { kill(0, $_) } values %pid }, 'the lanes to die', 5);
$w->start;
for my $lane (sort keys %pid) {
    $t->wait_for(sub { my $now = $w->lane_pid($lane);
                       $now && $now != $pid{$lane} }, 'its successor', 15);
}
ok($t->wait_for(sub { ($w->state('lane1')->{range} || '') eq 'cold'
                          && $w->state('lane1')->{detector}{state} ne 'off' },
                'the lane', 15), 'not even after a crash');
sleep(1.5);
is(scalar(() = rows('lane1')), $counted, 'which finds nothing to recover');
is($t->get("/api/sessions/$session/shots/1.jpg")->{body}, $evidence,
   'the evidence is as it was');

is($t->json('POST', '/api/range', { range => 'hot' })->{status}, 200, 'hot');
shots('lane1', $counted + 2);
my @rows = rows('lane1'); # at once: shots go on
my $last = $rows[-1];
is($last->{paper}, 2, 'shots are of the second paper');
is($last->{n}, scalar @rows, 'and their numbers go on');

# Why was something no shot?

$r = $t->json('GET', '/api/lanes/lane1/candidates');
is($r->{status}, 200, 'candidates that were none can be looked at');
is(ref $r->{json}{candidates}, 'ARRAY', 'as a list');
is(problem_of($t->json('GET', '/api/lanes/lane1/candidates/999999.jpg')),
   '404 /docs/problems#picture-none', 'with pictures while they are kept');

# The end

$r = $t->json('DELETE', '/api/lanes/lane1/session');
is($r->{status}, 200, 'the session ends');
is($r->{json}{paper}, 2, 'its last paper is counted too');
ok($t->wait_for(sub {
    $t->get("/api/sessions/$session/papers/2.jpg")->{status} == 200;
}, 'the photograph', 3), 'and photographed');

$w->finish;
$t->finish;
