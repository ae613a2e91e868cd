#!/usr/bin/perl

# The archive is killed again and again while two lanes shoot, one lane's
# journal is damaged, the history is lost: what was announced is there once.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use JSON::PP;
use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(archive);

sub lane {
    my ($name, $seed) = @_;
    return Gmshoot::range($name,
        camera => "simulate: seed=$seed fps=10 size=640x480 shots=200 first=1 "
            . 'interval=0.6 jitter=0.2 series=0 sigma=24 overlap=0 noise=0.7');
}

my $t = Gmshoot->new(ranges => lane('lane1', 94) . lane('lane2', 95));
my $w = Gmshoot::Real->new($t);
my $state = "$t->{dir}/state";
$t->start;
$w->ready($_) or diag($w->log_text) for qw(lane1 lane2);

my %session = map {
    $_ => $t->json('POST', "/api/lanes/$_/session", { nickname => "s-$_" })
              ->{json}{session}
} qw(lane1 lane2);

# What the lanes announce is what the history must hold.
my %stream = map { $_ => $t->sse("/api/lanes/$_/events") } qw(lane1 lane2);
my %shots;

sub listen_for {
    my ($seconds) = @_;

    my $until = time + $seconds;
    while (time < $until) {
        for my $lane (sort keys %stream) {
            my $e = $stream{$lane}->next(0.02) or next;
            if (($e->{event} || '') eq 'shot') {
                $shots{$lane}{ $e->{json}{n} } = $e->{json};
            } elsif (($e->{event} || '') eq 'shot.removed') {
                $shots{$lane}{ $e->{json}{n} }{removed} = 1;
            }
        }
    }
    return;
}

my $pid = archive($w->{pid});
ok($pid, 'there is an archive');
cmp_ok(abs(time - ($t->get_json('/api/system')->{archive}{started_us} || 0)
               / 1e6), '<', 60, 'which says since when');

my %killed;
for my $n (1 .. 8) {
    my $now = archive($w->{pid});
    if ($now) {
        kill('KILL', $now);
        $killed{$now}++;
    }
    listen_for(0.3 + 0.13 * $n);
}
cmp_ok(scalar keys %killed, '>=', 5, 'it was killed again and again');
is($t->json('DELETE', "/api/lanes/$_/session")->{status}, 200,
   "the session on $_ ends") for qw(lane1 lane2);
listen_for(0.5);

sub recorded {
    my ($lane) = @_;
    return $t->get_json("/api/sessions/$session{$lane}");
}

sub sql {
    my ($file, $statement) = @_;
    is(system('sqlite3', "$state/$file", $statement), 0, $statement);
    return;
}

# One line a shot, as announced and as recorded.
sub lines {
    my ($lane, $list) = @_;
    return join("\n", map {
        join(' ', $_->{n}, $_->{x_mm}, $_->{y_mm}, $_->{score_tenths},
             $_->{removed} ? 'removed' : '')
    } sort { $a->{n} <=> $b->{n} } @$list);
}

# What a lane has written that is not in the history, as those see it who watch
# from outside.
sub lag {
    my ($lane) = @_;
    my ($events) = $t->get('/metrics')->{body}
        =~ /^gmshoot_archive_lag_events\{lane="$lane"\} (\d+)$/m;
    return $events // 'nothing';
}

sub is_whole {
    my ($name) = @_;

    ok($w->kept, "$name: the archive has all that the lanes wrote");
    ok($t->wait_for(sub { lag('lane1') eq 0 && lag('lane2') eq 0 }),
       "$name: which metrics tell");
    for my $lane (sort keys %session) {
        my @said = values %{ $shots{$lane} };
        is(recorded($lane)->{session}{state}, 'ended',
           "$name: the session on $lane has ended");
        is(lines($lane, recorded($lane)->{shots}), lines($lane, \@said),
           'and has the shots that were announced');
    }
    my $list = $t->get_json('/api/sessions')->{sessions} || [];
    is(join(' ', sort map { $_->{id} } @$list),
       join(' ', sort values %session), 'no session is there twice');
    return;
}

cmp_ok(scalar keys %{ $shots{$_} }, '>', 5, "$_ shot") for qw(lane1 lane2);
is_whole('killed');

# A command that is repeated is done once, over a kill too.

my @added = map {
    my $r = $t->wait_for(sub {
        my $got = $t->json('POST', '/api/shooters', { name => 'Cara' },
                           { 'Idempotency-Key' => 'cara-1' });
        return $got->{status} == 201 ? $got : undef;
    }, 'the answer');
    kill('KILL', archive($w->{pid}) || ()) if $_ == 1;
    $r->{json}{id};
} 1 .. 2;
is($added[1], $added[0], 'a repeat gets the first answer');
is(scalar(grep { ($_->{name} || '') eq 'Cara' }
          @{ $t->get_json('/api/shooters')->{shooters} || [] }), 1,
   'and nobody is added twice');

# The history is lost while the archive is down; names are, sessions are not.

$t->json('PATCH', '/api/shooters/s-lane1', { name => 'Ann' });
is(recorded('lane1')->{session}{name}, 'Ann', 'a shooter has a name');

$w->stop;
unlink glob("$state/history.db*");
$w->start;
$w->ready('lane1');
is_whole('lost');
is(recorded('lane1')->{session}{name}, undef, 'names are lost with it');

# A journal that was altered: its lane is left out, the other goes on.

$w->stop;
sql('lanes/lane2/journal.db', 'UPDATE events SET real_ns = 1 WHERE seq = 4');
unlink glob("$state/history.db*");
$w->start;
$w->ready('lane1');
ok($t->wait_for(sub {
    (recorded('lane1')->{session}{state} || '') eq 'ended'
}, 'lane1', 10), 'the other lane is in the history');
ok($t->wait_for(sub {
    grep { $_->{name} eq 'lane2' && $_->{detail} =~ /event 4/ }
        @{ $t->get_json('/api/system')->{lanes} || [] };
}, 'lane2', 10), 'the system says which event is wrong');
sub logged {
    return scalar(() = $w->log_text =~ /"msg":"journal not followed"/g);
}
ok($t->wait_for(\&logged, 'the log', 5), 'the log says it, too');
sleep(1.2);
is(logged(), 1, 'once, and of nothing else');
is(lag('lane1'), 0, 'metrics tell that the other does not lag');

# A newer program's history

$w->stop;
sql('history.db', 'PRAGMA user_version = 9');
$w->start;
$w->ready('lane1');
ok($t->wait_for(sub { archive($w->{pid}) }, 'the archive'), 'the archive runs');
my $r = $t->wait_for(sub {
    my $got = $t->get('/api/sessions');
    return $got->{body} =~ /history-failing/ ? $got : undef;
}, 'the refusal', 5);
$t->is_problem($r, 503, 'history-failing', 'questions are refused');
like($r->{body}, qr/schema version 9/, 'with the reason');
is($t->json('POST', '/api/lanes/lane1/session', {})->{status}, 201,
   'lanes go on');
cmp_ok(lag('lane1'), '>', 0, 'and lag, which is told');

$w->finish;
$t->finish;
