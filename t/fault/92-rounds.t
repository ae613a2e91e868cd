#!/usr/bin/perl

# Rounds on a real lane: strings of three with a rest between them, one that a
# person ends, one that another paper ends; a lane that was killed keeps them.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;

use Gmshoot;
use Gmshoot::Real;

my $t = Gmshoot->new(ranges => Gmshoot::range('lane1',
    camera => 'simulate: fps=10 size=640x480 shots=60 first=3 interval=0.5 '
        . 'jitter=0 series=3 pause=4 overlap=0 noise=0.7 seed=92',
    rounds => 'auto floor=1s'));
my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready('lane1') or diag($w->log_text);

sub rounds {
    return map { $_->{first} . '-' . $_->{last} . ' ' . ($_->{by} // 'open') }
        @{ ($w->state('lane1')->{session} || {})->{rounds} || [] };
}

is($t->json('POST', '/api/lanes/lane1/rounds', {})->{status}, 409,
   'no round without a session');

my $stream = $t->sse('/api/lanes/lane1/events');
$t->json('POST', '/api/lanes/lane1/session', {});

ok($t->wait_for(sub { (grep { /^1-3 pause/ } rounds()) > 0 }, 'a round', 20),
   'the pause after three shots ended a round')
    or diag(join ', ', rounds());

my $pending;
while (my $e = $stream->next(1)) {
    $pending //= $e if ($e->{event} || '') eq 'round.pending';
    last if ($e->{event} || '') eq 'round.closed';
}
is(join(' ', @{ ($pending || {})->{json} || {} }{qw(round first last)}),
   '1 1 3', 'it was said while the shooter paused');

# By hand and by paper

my $r = $t->json('POST', '/api/lanes/lane1/rounds', {});
is($r->{status}, 200, 'a person begins a round');
my @before = rounds();
like($before[-1], qr/command$/, 'what was shot so far is one');
is($r->{json}{round}, @before + 1, 'the answer says which comes');

ok($t->wait_for(sub { (rounds())[-1] =~ /open/ }, 'a shot', 20), 'shots come');
$t->json('POST', '/api/lanes/lane1/paper', { paper => 'new' });
ok((grep { /paper$/ } rounds()) > 0, 'another paper ends a round');

# Killed, it knows them

my @known = grep { !/open/ } rounds();
kill 'KILL', $w->state('lane1')->{process}{pid};
ok($t->wait_for(sub {
       my $s = $w->state('lane1');
       return ($s->{process}{restarts} || 0) > 0 && $s->{state} eq 'live';
   }, 'another life', 10), 'a killed lane is back');
is_deeply([ (grep { !/open/ } rounds())[0 .. $#known] ], \@known,
          'and has the same rounds');

ok($t->wait_for(sub { (rounds())[-1] =~ /open/ }, 'a shot', 20),
   'it goes on');
$t->request('DELETE', '/api/lanes/lane1/session');
like((rounds())[-1], qr/end$/, 'the end of the session ends the last one');

$w->finish;
$t->finish;
