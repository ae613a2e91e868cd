#!/usr/bin/perl

# A lane is killed with -9 fifty times at random moments of a session while a
# client listens: no shot is lost, doubled or renumbered, on the stream, in
# the state and in the journal, and each lies where it was really fired.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use POSIX ();
use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;

# With sanitizers fewer kills and longer lives, as a lane needs longer to see.
my $pace  = Gmshoot::sanitized() ? 4 : 1;
my $kills = $ENV{GMS_KILLS} || ($pace > 1 ? 25 : 50);
my $seed  = $ENV{GMS_SEED} || 20;

# Far apart on a large card, so that no two holes hide each other: what is
# tested is what survives, not what can be seen.
my $t = Gmshoot->new(ranges => Gmshoot::range('lane1',
    camera => "simulate: seed=$seed fps=10 size=800x600 shots=200 "
        . sprintf('first=2 interval=%g jitter=0.3 series=0 sigma=24 overlap=0 '
        . 'noise=0.7', 1.5 * $pace)));
my $w = Gmshoot::Real->new($t);

srand($seed); # only now: names of temporary folders must stay random

$t->start;
$w->ready('lane1') or diag($w->log_text);

# Of the process of nginx that serves.
sub cpu_seconds {
    my ($pid) = $t->worker_pids;
    my @stat = split(' ', Gmshoot::slurp("/proc/$pid/stat") =~ s/.*\) //r);
    return ($stat[11] + $stat[12]) / POSIX::sysconf(POSIX::_SC_CLK_TCK());
}

my ($began, $cpu) = (time, cpu_seconds());
my $stream = $t->sse('/api/lanes/lane1/events');
my (@shots, %truth, @seqs, @pings);

sub listen_for {
    my ($seconds) = @_;

    my $until = time + $seconds;
    while ((my $left = $until - time) > 0) {
        my $e = $stream->next($left) or next;
        my $type = $e->{event} || '';

        push @pings, time if defined $e->{comment};
        if ($type eq 'truth') {
            $truth{ $e->{json}{n} } = $e->{json};
        }
        if ($e->{id} && $type ne 'snapshot') {
            push @seqs, (split /-/, $e->{id})[1];
            push @shots, $e->{json} if $type eq 'shot';
        }
    }
    return;
}

is($t->json('POST', '/api/lanes/lane1/session', {})->{status}, 201,
   'a session starts');
listen_for(1.5);

my $killed = 0;
my $longest = 0;

for (1 .. $kills) {
    my $lived = (0.1 + rand(3.4)) * $pace;
    listen_for($lived);

    my $pid = $w->lane_pid('lane1') or next;
    my $at = time;
    kill('KILL', $pid) and $killed++;

    # Serving again: a document written by another process.
    my $again = $t->wait_for(sub {
        my $p = $w->lane_pid('lane1');
        return $p && $p != $pid ? $p : undef;
    }, 'the lane to live again', 10);

    my $took = time - $at;
    # Lives shorter than two seconds in a row wait for the next, on purpose.
    $longest = $took if $again && $lived > 2 && $took > $longest;
    ok($again, 'the lane lives again') if !$again;
}

# Of what was fired before an instant, what was not announced; and of what was
# announced, the places in @shots of what was not fired.  One for one, within a
# third of a caliber.
sub compare {
    my ($until) = @_;

    my @fired = grep { $_->{t_us} < $until * 1e6 }
        map { $truth{$_} } sort { $a <=> $b } keys %truth;
    my %free = map { $_ => 1 } 0 .. $#shots;
    my @lost;

    for my $shot (@fired) {
        my ($best) = sort { $a->[1] <=> $b->[1] }
            map { [$_, sqrt(($shots[$_]{x_mm} - $shot->{x_mm})**2
                          + ($shots[$_]{y_mm} - $shot->{y_mm})**2)] }
            keys %free;
        if ($best && $best->[1] < 1.5) {
            delete $free{ $best->[0] };
        } else {
            push @lost, $shot->{n};
        }
    }
    return (\@fired, \@lost, [sort { $a <=> $b } keys %free]);
}

# What was fired in the last moments may still be on its way.
my $end = time;
listen_for(3);
$t->wait_for(sub {
    my (undef, $lost) = compare($end + 1);
    return 1 if !@$lost;
    listen_for(0.5);
    return;
});

my $lasted = time - $began;
my $share = (cpu_seconds() - $cpu) / $lasted;

is($killed, $kills, "the lane was killed $kills times");
cmp_ok($share, '<', Gmshoot::sanitized() ? 0.2 : 0.05,
       sprintf('nginx, which serves one stream, spends %.2f %% of a core',
               100 * $share));
cmp_ok(scalar @pings, '>=', $lasted / 15 - 1.5,
       'every fifteen seconds the stream has a sign of life');
cmp_ok(scalar @pings, '<=', $lasted / 15 + 1, 'and no more of them');
my ($restarts) = $t->get('/metrics')->{body}
    =~ /^gmshoot_lane_restarts_total\{lane="lane1"\} (\d+)$/m;
is($restarts, $kills, 'which those see who watch from outside');
cmp_ok($longest, '<', $pace, sprintf("it serves again within $pace s "
    . '(longest %.0f ms)', $longest * 1000));

is(scalar(grep { $seqs[$_] != $seqs[$_ - 1] + 1 } 1 .. $#seqs), 0,
   'numbers of events on the stream have no gap and no double');
is(join(' ', map { $_->{n} } @shots), join(' ', 1 .. @shots),
   'shots on the stream are numbered without gap or double');

my $state = $w->state('lane1');
my %column = map { $state->{shots}{columns}[$_] => $_ }
    0 .. $#{ $state->{shots}{columns} };
my @rows = @{ $state->{shots}{rows} };

# what the state tells already may still be on its way
$t->wait_for(sub {
    return 1 if @shots >= @rows;
    listen_for(0.1);
    return;
});
is(join(' ', map { $_->[$column{n}] } @rows),
   join(' ', map { $_->{n} } @shots[0 .. $#rows]),
   'the state tells the same shots');
is(scalar(grep { $rows[$_][$column{x_mm}] != $shots[$_]{x_mm} } 0 .. $#rows),
   0, 'in the same places');

my ($fired, $lost, $more) = compare($end + 1);

cmp_ok(scalar @$fired, '>', 20, scalar(@$fired) . ' shots were fired');
is("@$lost", '', 'no shot was lost');
is(join(' ', grep { $shots[$_]{t_frame_us} < ($end + 1) * 1e6 } @$more), '',
   'no shot was invented or doubled');

my $recovered = grep { $_->{recovered} } @shots;
diag("$recovered of " . scalar(@shots) . ' shots were found on the paper '
    . 'after a restart');

my $r = $t->json('DELETE', '/api/lanes/lane1/session');
is($r->{status}, 200, 'the session ends');
is($r->{json}{counted}, scalar @shots + scalar(grep { $_ > $shots[-1]{n} }
    map { $_->[$column{n}] } @{ $w->state('lane1')->{shots}{rows} }),
   'with all its shots');

# Two deaths within a second are one trouble, since nobody heard of an end.
my @offline = grep { $_->{type} eq 'lane-offline' }
    @{ $t->get_json('/api/problems/past?limit=200')->{problems} };
cmp_ok(scalar @offline, '>', $kills / 5, 'it is on record when it did not run');
ok($offline[0]{ended_us}, 'and that it runs again');

$w->finish;
$t->finish;
