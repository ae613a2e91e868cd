#!/usr/bin/perl

# A session is ended and the next one, on another target, asked for in the
# same instant: the new target is drawn and found before anything counts.  The
# last one is left alone.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use IO::Socket::INET;
use JSON::PP;
use Test::More;

use Gmshoot;
use Gmshoot::Real;

my $t = Gmshoot->new(ranges => Gmshoot::range('lane1',
    camera => 'simulate: seed=83 fps=10 size=640x480 first=60',
    targets => 'issf-10m-air-pistol issf-25m-precision-pistol',
    calibers => '4.5mm 9mm'));
my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready('lane1') or diag($w->log_text);

sub request {
    my ($method, $body) = @_;

    my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$t->{port}")
        or die "connect: $!";
    return sub {
        print {$s} "$method /api/lanes/lane1/session HTTP/1.1\r\n"
            . "Host: localhost\r\nConnection: close\r\n"
            . "Content-Type: application/json\r\n"
            . 'Content-Length: ' . length($body) . "\r\n\r\n$body";
        $s->flush;
        return;
    }, sub {
        local $/;
        my ($status) = (<$s> // '') =~ m{^HTTP/1\.1 (\d+)};
        return $status;
    };
}

my @target = ('{"target":"issf-10m-air-pistol","caliber":"4.5mm"}',
              '{"target":"issf-25m-precision-pistol","caliber":"9mm"}');
my $right = 0;

is($t->json('POST', '/api/lanes/lane1/session', {})->{status}, 201,
   'a session is open');

for my $i (1 .. 3) {
    my $before = $w->state('lane1')->{seq};
    my ($end, $ended) = request('DELETE', '');
    my ($start, $started) = request('POST', $target[$i % 2]);

    $end->();
    $start->();
    is($ended->(), 200, 'it ends');

    my $status = $started->();
    if ($status == 409) { # the start was quicker than the end
        is($t->json('POST', '/api/lanes/lane1/session',
            JSON::PP::decode_json($target[$i % 2]))->{status}, 201,
            'the next one starts');
    }
    else {
        is($status, 201, 'the next one starts');
    }

    $right++ if $w->state('lane1')->{seq} - $before == 4;
}

is($right, 3, 'after its target was found: count, end, calibration, start');

# --- nobody ends it: it does so itself, after the seconds that it is given here

my $file = "$t->{dir}/state/config.json";
ok(defined $w->stop, 'the worker stops');
my $text = Gmshoot::slurp($file);
like($text, qr/idle_s\W+14400\b/, 'a session may be left alone for 4 hours');
$text =~ s/(idle_s\W+)14400\b/${1}2/;
$t->put('state/config.json', $text);
$w->start;
my $left;
ok($t->wait_for(sub {
    $left = $w->state('lane1')->{session};
    ($left->{state} || '') eq 'ended';
}, 'the session to end'), 'one that is left alone for long ends by itself');
is($left->{detail}, 'left alone for 0 min', 'and says why')
    or diag($w->log_text);

$w->finish;
$t->finish;
