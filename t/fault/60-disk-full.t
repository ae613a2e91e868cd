#!/usr/bin/perl

# The disk of the state folder is full in the middle of a session: the reserve
# is given away first, then shots are shown as not saved, kept and tried again,
# commands are refused, and what was recorded stays.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Metrics;
use Gmshoot::Real;
use Gmshoot::Schema;
use Gmshoot::Trouble qw(problem);

my $t = Gmshoot->new(ranges => join('', map {
    Gmshoot::range("lane$_", camera => "simulate: seed=$_ fps=10 "
        . 'size=800x600 shots=100 first=1 interval=0.8 jitter=0.1 series=0 '
        . 'sigma=24 overlap=0 noise=0.7')
} 1 .. 2));

my $disk = "$t->{dir}/state";
mkdir($disk);

# A file system of its own, small enough to be filled.  Debian's CI machines
# may not mount: there the test has nothing to say.
my $mounted = $> == 0
    && system("mount -t tmpfs -o size=40m tmpfs '$disk' 2>/dev/null") == 0;

END {
    local $?;
    system("umount -l '$disk' 2>/dev/null") if $mounted;
}

plan(skip_all => 'mounting a small disk is not allowed here') if !$mounted;

my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready('lane1') or diag($w->log_text);

my $stream = $t->sse('/api/lanes/lane1/events');
my (@shots, @seqs, %truth, @unsaved, @numbered);

sub listen_for {
    my ($seconds) = @_;

    my $until = time + $seconds;
    while ((my $left = $until - time) > 0) {
        my $e = $stream->next($left) or last;
        if (($e->{event} || '') eq 'truth') {
            $truth{ $e->{json}{n} } = $e->{json};
        }
        if (($e->{event} || '') eq 'shot.unsaved') {
            push @unsaved, $e->{json};
            push @numbered, $e->{id} if $e->{id};
        }
        next if !$e->{id} || $e->{event} eq 'snapshot';
        push @seqs, (split /-/, $e->{id})[1];
        push @shots, $e->{json} if $e->{event} eq 'shot';
    }
    return;
}

# Numbers of those that were fired longer ago than this and not found.
sub lost {
    my ($seconds) = @_;

    return join(' ', sort { $a <=> $b } map { $_->{n} } grep {
        my $fired = $_;
        $fired->{t_us} < (time - $seconds) * 1e6 && !grep {
            abs($_->{x_mm} - $fired->{x_mm}) < 1.5
                && abs($_->{y_mm} - $fired->{y_mm}) < 1.5
        } @shots;
    } values %truth);
}

my $session = $t->json('POST', '/api/lanes/lane1/session', {})->{json}
    {session};
ok($session, 'a session starts');
ok($t->wait_for(sub { listen_for(2.5); @shots > 0 }), 'shots are recorded');
my $before = @shots;

# Full, to the last byte

sub fill {
    open(my $fh, '>>', "$disk/ballast") or die $!;
    1 while syswrite($fh, "\0" x 4096);
    close($fh);
    return;
}

sub fill_all {
    return $t->wait_for(sub {
        fill();
        return problem($w->state('lane1'), 'store-failing');
    }, 'the problem', 10) || {};
}

is(-s "$disk/reserve", 16 * 1024 * 1024, 'there is a reserve on the disk');
is($w->state('lane1')->{store}{reserve}, 'ok', 'and the lane says so');
fill();
my $low = $t->wait_for(sub {
    return problem($w->state('lane1'), 'disk-low');
}, 'the reserve to be given away', 6) || {};
like($low->{detail} || '', qr/reserve of 16 MB in \Q$disk\E is used up/,
     'a full disk is told of while there is still room');
ok(!-e "$disk/reserve", 'the reserve is gone');
like($w->log_text, qr/"msg":"disk full, reserve given to the journals"/,
     'the log says where');
listen_for(0.1);
my $early = @shots;
listen_for(2.2);
cmp_ok(scalar @shots, '>', $early + 1, 'shots are recorded as ever');
is($w->state('lane1')->{store}{films}, 'failing', 'without films of them');
is(scalar @unsaved, 0, 'each of them safe when it is told of');
is($w->state('lane1')->{store}{state}, 'ok', 'the store works');
like(problem($w->state('lane1'), 'pictures-failing')->{detail} || '',
     qr/room is left is for shots/, 'their pictures are not kept');

# The reserve used up, too

my $p = fill_all();
like($p->{detail} || '', qr/no room left on the disk of .*free some/,
     'a full disk is told of, with what to do');
is($w->state('lane1')->{store}{state}, 'failing', 'the store is failing');

listen_for(0.1);
my $held = @shots;
listen_for(2.5);
is(scalar @shots, $held, 'no shot is told of that is not on the disk');
cmp_ok($w->state('lane1')->{store}{waiting}, '>', 1,
       'shots that were fired meanwhile wait');
cmp_ok(scalar @unsaved, '>', 1, 'and are shown as not saved');
is("@numbered", '', 'without an id');
is(scalar(grep { exists $_->{n} || exists $_->{seq} } @unsaved), 0,
   'and without a number');
is(scalar(grep { !($_->{hole} > 0) || !defined $_->{score_tenths} } @unsaved),
   0, 'but with a place and a value');
my $schema = Gmshoot::Schema->new("$Gmshoot::repo/html/openapi.json");
is(join("\n", map { $schema->wrong($_, '#/components/schemas/UnsavedShot') }
    @unsaved), '', 'as openapi.json describes them');
my $shown = $w->state('lane1')->{unsaved};
cmp_ok(scalar @{$shown}, '>=', 2, 'who comes now finds them in the state');
is($shown->[0]{hole}, $unsaved[0]{hole}, 'the oldest first');

my $m = Gmshoot::Metrics->read($t->get('/metrics')->{body});
is($m->value('gmshoot_journal_up', lane => 'lane1'), 0,
   'who watches from outside sees that the journal is not written');
cmp_ok($m->value('gmshoot_journal_waiting_events', lane => 'lane1'), '>', 1,
       'how much waits for it');
my $lag = $m->value('gmshoot_journal_lag_seconds', lane => 'lane1');
ok($lag > 1 && $lag < 60, "and for how long: $lag s");
my $ready = $t->is_problem($t->get('/readyz'), 503, 'store-failing',
                           'the range is not ready');
is("$ready->{check} $ready->{lane}", 'journal lane1', 'because of that lane');

my $r = $t->json('DELETE', '/api/lanes/lane1/session', undef);
like($r->{status}, qr/^507$/, 'a command is refused');
like($r->{json}{type} || '', qr/store-failing$/, 'because of the store')
    or diag($r->{body});
is($w->state('lane1')->{session}{state}, 'open', 'the session is still open');
is($w->state('lane1')->{seq}, $seqs[-1], 'what was recorded is still there');
is(problem($w->state('lane2'), 'store-failing'), undef,
   'a lane that has nothing to record has no trouble');
$r = $t->json('POST', '/api/lanes/lane2/session', {});
is($r->{status}, 507, 'until it has') or diag($r->{body});
ok(problem($w->state('lane2'), 'store-failing'), 'and says so');

# Room again: what waited is recorded

unlink("$disk/ballast");
my $waited = $w->state('lane1')->{store}{waiting};
listen_for(2);
cmp_ok(scalar @shots, '>=', $held + $waited,
       'when there is room again the shots that waited are told of');
is(scalar(grep { $_->{recovered} } @shots), 0,
   'as they were held, not as they were found again');
is(lost(1.5), '', 'and none is lost') or diag(explain(\%truth));
my %saved = map { $_->{hole} => $_ } @shots;
is(join(' ', map { $_->{hole} } grep {
    my $shot = $saved{ $_->{hole} };
    !$shot || $shot->{score_tenths} != $_->{score_tenths}
        || abs($shot->{x_mm} - $_->{x_mm}) > 0.01
} @unsaved), '', 'each that was shown as not saved became a shot as it was');
is(scalar @{ $w->state('lane1')->{unsaved} }, 0, 'and none is shown so now');
ok($t->wait_for(sub { !problem($w->state($_), 'store-failing') },
    'it to be gone', 3), "$_: the problem is gone") for 'lane1', 'lane2';
ok($t->wait_for(sub {
    my $m = Gmshoot::Metrics->read($t->get('/metrics')->{body});
    return $m->value('gmshoot_journal_up', lane => 'lane1') == 1
        && $m->value('gmshoot_journal_lag_seconds', lane => 'lane1') < 1;
}), 'and nothing is behind');
ok($t->wait_for(sub { -e "$disk/reserve"
    && !problem($w->state('lane1'), 'disk-low') }, 'a reserve', 9),
   'the reserve is made again');

# Full once more, and killed: what waited is found on the paper.

ok(fill_all()->{detail}, 'full again');
listen_for(1.5);
$held = @shots;
my $pid = $w->lane_pid('lane1');
kill('KILL', $pid);
ok($t->wait_for(sub {
    my $s = $w->state('lane1');
    return $s->{process} && $s->{process}{pid} != $pid;
}, 'the lane to live again', 6), 'a lane killed now lives again')
    or diag($w->log_text);
sleep(1);

# Room again

unlink("$disk/ballast");
ok($t->wait_for(sub {
    my $s = $w->state('lane1');
    return ($s->{store}{state} || '') eq 'ok' && @{ $s->{shots}{rows} } > $held;
}, 'the store', 10), 'when there is room again all is recorded')
    or diag($w->log_text);
listen_for(2);

cmp_ok(scalar @shots, '>', $held + 1, 'the shots that waited are told of');
is(lost(1.5), '', 'and none is lost');
is(join(' ', map { $_->{n} } @shots), join(' ', 1 .. @shots),
   'numbered without gap');
is(scalar(grep { $seqs[$_] != $seqs[$_ - 1] + 1 } 1 .. $#seqs), 0,
   'and so are the events') or diag("@seqs");
is(problem($w->state('lane1'), 'store-failing'), undef,
   'the problem is gone');

$r = $t->json('DELETE', '/api/lanes/lane1/session');
is($r->{status}, 200, 'the session ends');

# What was fired: one for one, in number
my $state = $w->state('lane1');
my $rows = @{ $state->{shots}{rows} };
is($r->{json}{counted}, $rows, 'with all its shots');

is(system("$Gmshoot::build/gmshoot", 'check', '--state', $disk), 0,
   'and the journals are right');

$w->finish;
$t->finish;
