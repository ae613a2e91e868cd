#!/usr/bin/perl

# The camera's pictures by their times, from a real lane: those of the last
# minute, the films of shots, which outlive session and process, and those of
# complaints, which can be looked at again.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use JSON::PP;
use Test::More;

use Gmshoot;
use Gmshoot::Real;

my $camera = 'simulate: fps=10 size=640x480 shots=100 first=0.7 interval=1.9 '
    . 'jitter=0 overlap=0 noise=0.7 series=0 seed=95';
my $t = Gmshoot->new(ranges => Gmshoot::range('lane1', camera => $camera,
    evidence => 'memory=8MB disk=10MB'));
my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready('lane1') or diag($w->log_text);

my $lane = '/api/lanes/lane1';
my $r = $t->json('POST', "$lane/session", { nickname => 'anna' });
is($r->{status}, 201, 'a session') or diag($r->{body});
my $session = $r->{json}{session};

sub shots {
    my ($n) = @_;
    return $t->wait_for(sub {
        return (($w->state('lane1')->{session} || {})->{counted} || 0) >= $n;
    }, "$n shots", 40);
}

sub film_of {
    my ($n) = @_;
    my $list;
    $t->wait_for(sub {
        $list = $t->get_json("/api/sessions/$session/shots/$n/frames");
        return $list && $list->{frames};
    }, "the film of shot $n", 20);
    return $list;
}

ok(shots(1), 'a shot');
my $list = $t->get_json("$lane/frames?around=1&reach=500ms");
cmp_ok(scalar @{ $list->{frames} }, '>=', 3, 'pictures around it are listed')
    or diag(JSON::PP->new->encode($list));
is(scalar(grep { abs($_->{t_us} - $list->{around_us}) > 500000 }
              @{ $list->{frames} }), 0, 'none of them further than asked');
is("$list->{session} $list->{shot}", "$session 1", 'with what they are of');

my $picture = $list->{frames}[0];
$r = $t->get($picture->{picture});
is("$r->{status} " . substr($r->{body}, 0, 2), "200 \xff\xd8",
   'each can be had');
is(length $r->{body}, $picture->{bytes}, 'whole');
like($r->{header}{'cache-control'}, qr/immutable/, 'and for ever');

# A film, when the seconds after the shot are over.

my $film = film_of(1);
cmp_ok(scalar @{ $film->{frames} }, '>=', 10, 'a film is kept of the shot');
my @t = map { $_->{t_us} } @{ $film->{frames} };
is_deeply(\@t, [ sort { $a <=> $b } @t ], 'its pictures are in order');
cmp_ok($t[0], '<', $list->{around_us}, 'from before');
cmp_ok($t[-1], '>', $list->{around_us} + 1e6, 'to after');
$r = $t->get($film->{frames}[-1]{picture});
is("$r->{status} " . substr($r->{body}, 0, 2), "200 \xff\xd8",
   'with an address for each picture');
my $again = $t->get_json("$lane/frames?around=1&reach=10s");
is($again->{film}, $film->{film}, 'the lane lists the same film');

$r = $t->get($film->{film});
is("$r->{status} " . substr($r->{body}, 0, 4), '200 RIFF', 'the film itself');
is(length $r->{body}, $r->{header}{'content-length'}, 'whole');
my $part = $t->request('GET', $film->{film}, { Range => 'bytes=0-3' });
is("$part->{status} $part->{body}", '206 RIFF', 'or a part of it');

my $file = $t->put('shot-1.avi', $r->{body});
my @said = map { decode_json($_) } qx($Gmshoot::build/gmshoot detect \\
    --camera clip:$file --target issf-10m-air-pistol --caliber 4.5mm);
is($said[-1]{frames}, scalar @t, 'which gmshoot detect plays');
cmp_ok(scalar(grep { $_->{event} eq 'shot' } @said), '>=', 1,
       'and finds the shot in');

# A complaint: the last minute, which can be looked at again.  Holes from
# before it, and those that were found in it, come out as they were.

ok(shots(4), 'more shots');
my $stream = $t->sse("$lane/events");
my $again_key = { 'Idempotency-Key' => 'c-1' };
$r = $t->json('POST', "$lane/complaints", undef, $again_key);
is($r->{status}, 201, 'a shot is said to be missing') or diag($r->{body});
my $id = $r->{json}{complaint};
is($t->json('POST', "$lane/complaints", undef, $again_key)->{json}{complaint},
   $id, 'once');

my $facts;
ok($t->wait_for(sub {
    $facts = $t->get_json("$lane/complaints/$id.json");
    return $facts->{pictures};
}, 'the complaint', 20), 'it is filmed');
my $told = $t->get_json("$lane/complaints")->{complaints};
is(join(' ', map { $_->{id} } @$told), $id, 'and listed');
my $event;
$t->wait_for(sub {
    my $e = $stream->next(0.1) or return 0;
    $event = $e if ($e->{event} || '') eq 'complaint';
    return $event;
}, 'the event', 10);
is(join(' ', @{ $event->{json} }{qw(seq session author)}),
   "$id $session admin", 'whoever listens is told');

$t->put("$id.avi", $t->get($told->[0]{film})->{body});
$t->put("$id.json", $t->get($told->[0]{facts})->{body});
like($facts->{replay}, qr/^gmshoot detect --camera clip:$id\.avi .*--all$/,
     'with a line for a shell');
my @replay = map { decode_json($_) }
    qx(cd $t->{dir} && PATH=$Gmshoot::build:\$PATH $facts->{replay});
is($replay[-1]{frames}, $facts->{pictures}, 'that looks at every picture');
my @found = grep { $_->{event} eq 'shot' } @replay;
my @holes = grep { $_->{t_us} > $facts->{from_us} + 1.5e6
                   && $_->{t_us} < $facts->{to_us} - 5e5 }
    @{ $facts->{holes} };
cmp_ok(scalar @holes, '>=', 2, 'shots fell in it');
is(scalar(grep {
    my $h = $_;
    grep { abs($_->{x_px} - $h->{x_px}) < 1 && abs($_->{y_px} - $h->{y_px}) < 1 }
        @found;
} @holes), scalar @holes, 'which are found again, at their places')
    or diag(JSON::PP->new->encode([ \@holes, \@found ]));

is($t->get("$lane/complaints/1.avi")->{status}, 404, 'another one is none');
is($t->json('DELETE', "$lane/complaints/$id")->{status}, 200, 'it can go');
is(scalar(grep { $_->{film} } @{ $t->get_json("$lane/complaints")->{complaints} }),
   0, 'and is gone; that it was stays');

# Who dies while a film is due costs that film alone.

ok(shots($w->state('lane1')->{session}{counted} + 1), 'a shot again');
kill('KILL', $w->lane_pid('lane1'));
ok($w->ready('lane1'), 'the lane is back');
ok($t->wait_for(sub {
    return (($w->state('lane1')->{session} || {})->{id} || '') eq $session;
}), 'in its session');
my $n = $w->state('lane1')->{session}{counted};
ok(shots($n + 1), 'and finds shots');
ok(film_of($n + 1), 'with films of them');
is(film_of(1)->{film}, $film->{film}, 'those of before are there');

is($t->json('DELETE', "$lane/session")->{status}, 200, 'the session ends');
is(scalar @{ film_of(1)->{frames} }, scalar @t, 'its films stay');
is($w->state('lane1')->{store}{films}, 'ok', 'all is well');

for (['/frames?around=1000', 404], ['/frames?around=-1', 422],
     ['/frames?around=1&reach=2', 422], ['/frames?reach=61s', 422],
     ['/frames?from=1', 422], ['/frames/1.jpg', 404], ['/frames/x.jpg', 404]) {
    is($t->get($lane . $_->[0])->{status}, $_->[1], "$_->[0] is $_->[1]");
}
for ("$session/shots/999/frames", "$session/shots/0.avi",
     "$session/frames/1-1.jpg", "$session/frames/1.jpg",
     "lane1-0-../shots/1.avi", 'lane1-0000000000000000-1/shots/1/frames') {
    is($t->get("/api/sessions/$_")->{status}, 404, "$_ is none");
}

$w->finish;
$t->finish;
