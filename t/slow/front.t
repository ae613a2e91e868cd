#!/usr/bin/perl

# A million events to a hundred clients, while one beside them never reads and
# one reads a byte a second: nothing is lost and nothing grows.  `make
# soak-front`; about seventeen minutes at 1,000 events a second.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/../../bench";

use JSON::PP;
use List::Util qw(max sum0);
use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Trouble qw(fds);
use Rig qw(child say_to answer);

my $events = $ENV{GMS_EVENTS} || 1_000_000;
my $rate   = $ENV{GMS_RATE} || 1000;

# Fewer than the ring holds: whoever reads cannot be lapped by one turn, however
# busy the machine is, and the next one waits until all have heard it.
my $turn   = 2500;

my $t = Gmshoot->new(http => 'send_timeout 2h;', listen => 'sndbuf=32k');
my $w = $t->worker;
$w->say('lane lane1 aa')->say('burst lane1 1 1 50');
$t->start;
$t->link_up;

my ($pid) = $t->worker_pids;
my $path = '/api/lanes/lane1/events';
my $audience = child("$Gmshoot::build/bench/audience", $t->{port}, $path, 100);
ok(answer($audience, qr/^open/, 30), 'a hundred clients');

my $deaf = $t->sse($path, { '-rcvbuf' => 4096 });
my $sip  = $t->sse($path, { '-rcvbuf' => 4096 });
$_->head for $deaf, $sip;
my $fds = keys %{ fds($pid) };

# Kilobytes that are nginx's own; and what it is bound to use for a client
# that does not read is used after the first turn.
sub kilobytes {
    my ($kb) = Gmshoot::slurp("/proc/$pid/smaps_rollup")
        =~ /^Anonymous:\s+(\d+)/m;
    return $kb;
}

my ($seq, $began, $sipped) = (2, time, time);
my (%sum, @size);

while ($seq < $events + 2) {
    say_to($audience, "expect $turn 120000");
    answer($audience, qr/^ready/, 60) or die 'the audience does not listen';
    $w->tell(sprintf('publish lane1 %d %d %d 250', $seq, $turn, 1e6 / $rate));
    $seq += $turn;

    my $until = time + 120;
    my $heard;
    while (!$heard && time < $until) {
        $heard = eval { answer($audience, qr/^\{/, 1) };
        sysread($sip->{socket}, my $byte, 1) if time - $sipped >= 1;
        $sipped = time if time - $sipped >= 1;
    }
    my $got = decode_json($heard || '{}');
    $sum{$_} += $got->{$_} || 0 for qw(deliveries lost doubled reordered odd
                                       closed);
    $w->expect(qr/^published/, 10);
    push @size, kilobytes();
    diag(sprintf('%7d events, %5.0f s, %d kB, p99 %.1f ms, %d lost', $seq - 2,
        time - $began, $size[-1], ($got->{p99_us} || 0) / 1000, $sum{lost}));
}

# Bytes an event: the median of ten parts of the run.  What clients cost that
# lag for once, which is bound, is a step in some of them; a leak is in each.
sub slope {
    my @kb = @_;
    my $part = max(1, int($#kb / 10));
    my @each = sort { $a <=> $b } map { $kb[$_ * $part] - $kb[($_ - 1) * $part] }
        1 .. int($#kb / $part);
    return $each[@each / 2] * 1024 / ($part * $turn);
}

my $slope = slope(@size[1 .. $#size]);
is($sum{deliveries}, 100 * ($seq - 2), 'every event comes to everybody');
is(sum0(@sum{qw(lost doubled reordered odd closed)}), 0,
   'none lost, doubled, out of order or odd');
cmp_ok(abs($slope), '<', 0.1, sprintf('nginx grows by %.4f bytes an event '
    . '(%d .. %d kB)', $slope, $size[1], $size[-1]));
cmp_ok($size[-1] - $size[1], '<', 100 * 64,
       'and what lagging clients cost once is bound');
is(scalar keys %{ fds($pid) }, $fds, 'and holds no descriptor more');
ok(!$deaf->ended(0.1) || $deaf->{raw}, 'who never read is there still');
my @late = grep { $_->{id} } $deaf->drain(1);
is($late[-1]{json}{seq}, $seq - 1, 'and is at the newest event when it reads');

$t->finish;
