#!/usr/bin/perl

# Every process is killed with -9 at random moments while two lanes shoot: the
# supervisor, a lane, a worker of nginx.  Whoever listens and comes back with
# the last id it has seen is told of every shot once; what it was told is in
# the journal, in order, and the journal is right.
#
# GMS_KILLS=200 is `make soak`; GMS_SEED chooses other moments.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use JSON::PP;
use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(children run_command);

my $kills = $ENV{GMS_KILLS} || 20;
my $seed  = $ENV{GMS_SEED} || 12;

# More shots on a card would take the simulation long to place: they last for
# all the kills.
my $interval = 0.6 + 0.02 * $kills;

my @lane = qw(lane1 lane2);
my $t = Gmshoot->new(
    allowed => qr/exited on signal 9/,
    workers => 2,
    ranges  => join('', map {
        Gmshoot::range($lane[$_], camera => 'simulate: seed='
            . ($seed + $_) . ' fps=10 size=800x600 shots=100 first=0.5 '
            . "interval=$interval " . 'jitter=0.2 series=0 sigma=26 overlap=0 noise=0.7')
    } 0, 1));
my $w = Gmshoot::Real->new($t);

srand($seed); # only now: names of temporary folders must stay random

$t->start;
$w->ready($_) or diag($w->log_text) for @lane;

my $json = JSON::PP->new->canonical;
my (%stream, %id, %told, %shot, %wrong, $resumed);

# One event: each number says the same for ever, each shot comes once.
sub take {
    my ($lane, $e) = @_;

    my $type = $e->{event} || '';
    my $data = $e->{json};

    if ($type eq 'snapshot') {
        # what it holds need not come any more
        my %column;
        my $shots = $data->{shots} || {};
        @column{ @{ $shots->{columns} || [] } } = (0 .. 99);
        $shot{$lane}{ $_->[$column{n}] } //= $_->[$column{score_tenths}]
            for @{ $shots->{rows} || [] };
    }

    return if !$e->{id};

    $id{$lane} = $e->{id};
    return if $type eq 'snapshot';

    my %fact = %{$data};
    delete $fact{t_publish_us};
    my $fact = "$type " . $json->encode(\%fact);

    if (defined $told{$lane}{ $e->{id} }) {
        push @{ $wrong{$lane} }, "$e->{id} came twice";
        push @{ $wrong{$lane} }, "$e->{id} says something else"
            if $told{$lane}{ $e->{id} } ne $fact;
    }
    $told{$lane}{ $e->{id} } = $fact;

    if ($type eq 'shot') {
        push @{ $wrong{$lane} }, "shot $data->{n} came twice"
            if defined $shot{$lane}{ $data->{n} };
        $shot{$lane}{ $data->{n} } = $data->{score_tenths};
    }
    return;
}

# Listens to both lanes; a stream that ended is opened again where it was.
sub listen_for {
    my ($seconds) = @_;

    my $until = time + $seconds;
    while (time < $until) {
        for my $lane (@lane) {
            my $s = $stream{$lane};

            if (!$s || $s->{eof}) {
                $resumed++ if $s;
                $stream{$lane} = eval {
                    $t->sse("/api/lanes/$lane/events", defined $id{$lane}
                        ? { 'Last-Event-ID' => $id{$lane} } : {});
                };
                next;
            }
            while (my $e = $s->next(0.02)) {
                take($lane, $e);
            }
        }
    }
    return;
}

for (@lane) {
    my $r = $t->json('POST', "/api/lanes/$_/session", {});
    is($r->{status}, 201, "$_: a session starts") or diag($r->{body});
}
listen_for(1);

my %killed = map { $_ => 0 } qw(supervisor lane nginx);

for my $i (1 .. $kills) {
    listen_for(0.1 + rand(3.4));

    my $what = ('lane', 'lane', 'supervisor', 'nginx')[int rand(4)];
    $what = ('lane', 'supervisor', 'nginx')[$i - 1] if $i <= 3;

    if ($what eq 'supervisor') {
        $w->kill9;
        $killed{supervisor}++;
        listen_for(rand(0.3)); # who starts it again does not know at once
        $w->start;
        next;
    }

    my @pid = $what eq 'lane' ? children($w->{pid}) : $t->worker_pids;
    next if !@pid;
    $killed{$what} += kill('KILL', $pid[int rand(scalar @pid)]);
}

my $sum = 0;
$sum += $_ for values %killed;
cmp_ok($sum, '>=', $kills * 0.9, 'killed: '
    . join(', ', map { "$killed{$_} times $_" } sort keys %killed));

# All live again, and both lanes shoot on

for my $lane (@lane) {
    my $before = keys %{ $shot{$lane} };
    my $until = time + 20;
    listen_for(0.5) while time < $until
        && keys %{ $shot{$lane} } <= $before + 1;
    cmp_ok(scalar keys %{ $shot{$lane} }, '>', $before, "$lane shoots on");
}

for my $lane (@lane) {
    my $r = $t->wait_for(sub {
        my $r = $t->json('DELETE', "/api/lanes/$lane/session");
        return $r->{status} == 200 ? $r : undef;
    }, 'the end', 10) || {};
    ok($r->{json}{hash}, "$lane: the session ends");
}
listen_for(1.5);

for my $lane (@lane) {
    is(join("\n", @{ $wrong{$lane} || [] }), '',
       "$lane: no event came twice or changed");

    my $state = $w->state($lane);
    my %column;
    @column{ @{ $state->{shots}{columns} } } = (0 .. 99);
    my @rows = @{ $state->{shots}{rows} };

    is(join(' ', map { $_->[$column{n}] } @rows), join(' ', 1 .. @rows),
       "$lane: " . @rows . ' shots are numbered without gap or double');
    is(join(' ', sort { $a <=> $b } keys %{ $shot{$lane} }),
       join(' ', 1 .. @rows), "$lane: all were told of, and no other");
    is(join(' ', grep { $shot{$lane}{$_} != $rows[$_ - 1][$column{score_tenths}]
        } 1 .. @rows), '', "$lane: with the values that they have");
    is((split /-/, $id{$lane})[1], $state->{seq},
       "$lane: whoever listened is up to date");
}

my ($status, $out, $err) = run_command($t->{dir}, 20, '',
    "$Gmshoot::build/gmshoot", 'check', '--state', "$t->{dir}/state");
is("$status $err", '0 ', 'the journals are right') or diag($err);
diag("$sum kills, streams resumed " . ($resumed || 0) . ' times; ' . $out);

$w->finish;
$t->finish;
