#!/usr/bin/perl

# A session's end shows the hash of its last event; gmshoot check finds it in
# the journal while the worker runs, and what was tampered with; gmshoot backup
# copies all of it meanwhile, and what is restored goes on under an epoch of
# its own.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use JSON::PP;
use Test::More;

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(problem run_command);

my $camera = 'simulate: seed=4 fps=10 size=800x600 shots=100 first=0.5 '
    . 'interval=0.7 jitter=0.1 series=0 sigma=24 overlap=0 noise=0.7';
my $ranges = join('', map { Gmshoot::range("lane$_", camera => $camera) } 1, 2);
my $t = Gmshoot->new(ranges => $ranges);
my $w = Gmshoot::Real->new($t);

sub gmshoot {
    return run_command($t->{dir}, 20, '', "$Gmshoot::build/gmshoot", @_);
}

# Another worker, and the lane as that one tells it: nginx shows the old
# state until it has met the new worker.
sub start_again {
    my $pid = $w->lane_pid('lane1');
    $w->start;
    $t->wait_for(sub {
        my $now = $w->lane_pid('lane1');
        return $now && $now != $pid;
    }, 'another lane', 10);
    return;
}

sub shots {
    my ($at_least) = @_;
    return $t->wait_for(sub {
        my $rows = $w->state('lane1')->{shots}{rows} || [];
        return @{$rows} >= $at_least ? $rows : undef;
    }, "$at_least shots", 15) || [];
}

$t->start;
$w->ready('lane1') or diag($w->log_text);

# A session from begin to end

my $first = $t->json('POST', '/api/lanes/lane1/session', {})->{json}{session};
is($w->state('lane1')->{session}{hash}, undef, 'an open session has no hash');
shots(3);
my $r = $t->json('DELETE', '/api/lanes/lane1/session');
my $hash = $r->{json}{hash} || '';
like($hash, qr/^[0-9a-f]{64}$/, 'its end has one');
my $ended = $w->state('lane1');
is($ended->{session}{hash}, $hash, 'and the state tells it');

kill('KILL', $w->lane_pid('lane1'));
ok($t->wait_for(sub {
    return ($w->state('lane1')->{process}{restarts} || 0) > 0;
}, 'the lane to live again', 8), 'a lane that lives again');
is($w->state('lane1')->{session}{hash}, $hash, 'tells it, too');

# Checked while the worker runs

my $state = "$t->{dir}/state";
my ($status, $out, $err) = gmshoot('check', '--state', $state);
is("$status $err", '0 ', 'the journals of a running worker are right')
    or diag($err);
like($out, qr/^lane1: right: \d+ events, 1 sessions, \d+ shots, .* head /m,
     'with a line a lane');
($status, $out, $err) = gmshoot('check', '--json', '--hash', $hash,
    '--state', $state);
my ($of) = @{ decode_json($out) };
is("$status $of->{lane} $of->{ok}", '0 lane1 1', 'as JSON');
is($of->{hash_seq}, $ended->{seq},
   'and the hash is that of the session\'s end');

# Copied while the worker runs, in the middle of a session

my $second = $t->json('POST', '/api/lanes/lane1/session', {})->{json}{session};
ok($second, 'another session') or diag($w->log_text);
shots(2);
$t->json('POST', '/api/shooters', { id => 'otto', name => 'Otto Lilienthal' });
$t->put('state/lanes/lane2/camera.json', '{"camera":"","controls":{}}');
my $missing = $t->json('POST', '/api/lanes/lane1/complaints')->{json}{complaint};
my $films = "lanes/lane1/complaints/$missing";
ok($t->wait_for(sub {
    return -s "$state/$films/facts.json" && -s "$state/$films/film.avi";
}, 'the complaint', 10), 'a shot that was missed is filmed');
my $copy = "$t->{dir}/copy";
($status, $out, $err) = gmshoot('backup', '--state', $state, "$copy/");
is("$status $err", '0 ', 'all is copied') or diag($err);
like($out, qr/^lane1: \d+ events, \d+ shots, \d+ pictures; head/m,
     'and read back');
ok(-s "$copy/config.json", 'with the configuration');
ok(-s "$copy/lanes/lane2/camera.json", 'and what was set at a camera');
is(join(' ', map { -s "$copy/$films/$_" || 0 } qw(film.avi facts.json)),
   join(' ', map { -s "$state/$films/$_" } qw(film.avi facts.json)),
   'and the complaint, whole');
ok(!-e "$copy/lanes/lane1/films", 'films of shots are left out');
like(Gmshoot::slurp("$copy/history.db"), qr/Otto Lilienthal/,
     'and the history, with the names that nothing else holds');
ok(!-e "$copy.unfinished", 'and nothing is left over');
($status, $out, $err) = gmshoot('backup', '--state', $state, $copy);
is($status, 1, 'nothing is overwritten');
like($err, qr/is there already/, 'and it says so');
($status, $out, $err) = gmshoot('backup', '--state', "$copy/lanes", "$copy-2");
is($status, 1, 'what is no state folder is not copied');
ok(!-e "$copy-2" && !-e "$copy-2.unfinished", 'and leaves nothing');

($status, $out, $err) = gmshoot('check', '--hash', $hash, '--state', $copy);
is("$status $err", '0 ', 'the copy is right');
like($out, qr/^lane1: the hash is that of event \d+, of 20/m,
     'and has the same hash');
($status, $out, $err) = gmshoot('check', "$copy/lanes/lane1/journal.db");
is("$status $err", '0 ', 'one file can be checked alone');
my ($pictures) = $out =~ /(\d+) pictures/;
cmp_ok($pictures, '>', 0, 'with its pictures');

# What a stream begins with.
sub begin_of {
    my ($stream) = @_;
    while (my $e = $stream->next(3)) {
        return $e if $e->{event} && $e->{event} ne 'lane';
    }
    return {};
}

my $old_id = begin_of($t->sse('/api/lanes/lane1/events'))->{id};
like($old_id, qr/^[0-9a-f]{16}-\d+$/, 'an event of the original');
my $old = $w->state('lane1');
is($old->{session}{id}, $second, 'the original shoots on');
$w->stop;

# Restored: it goes on, and nothing has a number that anything else had

rename($state, "$state-old") or die;
system('cp', '-a', $copy, $state) == 0 or die;
start_again();
$w->ready('lane1') or diag($w->log_text);
my $new = $w->state('lane1');
isnt($new->{epoch}, $old->{epoch}, 'what was restored has another epoch');
is($new->{session}{id}, $second, 'the session that was open is open');
is($new->{session}{state}, 'open', 'still');
is($t->get("/api/lanes/lane1/complaints/$missing.avi")->{status}, 200,
   'and the complaint can be looked at');

is(begin_of($t->sse('/api/lanes/lane1/events',
    { 'Last-Event-ID' => $old_id }))->{event}, 'snapshot', 'who comes with an old number starts anew');

$t->json('DELETE', '/api/lanes/lane1/session');
my $third = $t->json('POST', '/api/lanes/lane1/session', {})->{json}{session};
like($third || '', qr/^lane1-\Q$new->{epoch}\E-/,
     'a new session is named by the new epoch');
$w->stop;
start_again();
$w->ready('lane1');
is($w->state('lane1')->{epoch}, $new->{epoch}, 'which stays');
$w->stop;

($status, $out, $err) = gmshoot('check', '--hash', $hash, '--state', $state);
is("$status $err", '0 ', 'and the chain goes on, from where it was');

# Tampered with, on disk

my $file = "$state/lanes/lane1/journal.db";
open(my $fh, '+<:raw', $file) or die "$file: $!";
my $bytes = do { local $/; <$fh> };
my $at = rindex($bytes, "\"session\":\"$third\"");
cmp_ok($at, '>', 0, 'the last session lies in the file');
seek($fh, $at + length('"session":"'), 0);
print {$fh} 'L';
close($fh);
my $size = -s $file;

($status, $out, $err) = gmshoot('check', '--state', $state);
is($status, 1, 'what was altered is found');
like($err, qr/lane1: event (\d+) of \Q$file\E was altered or damaged/,
     'and named');
like($out, qr/^lane2: right/m, 'the other lane is right');
($status, $out, $err) = gmshoot('backup', '--state', $state, "$copy-3");
is($status, 1, 'and a copy says so');
like($err, qr/lane1 is copied as it is, but: event/, 'but is made');

start_again();
my $p = $t->wait_for(sub {
    return problem($w->state('lane1'), 'store-failing');
}, 'the problem', 10) || {};
like($p->{detail} || '', qr/event \d+ of .*journal\.db was altered/,
     'the lane says what is wrong instead of going on from it');
ok($w->ready('lane2'), 'the other lane works');
is(-s $file, $size, 'the damaged file is kept');

# A folder where the file should be
$w->stop;
rename($file, "$file.bad");
unlink("$file-wal", "$file-shm");
mkdir($file);
start_again();
$p = $t->wait_for(sub {
    return problem($w->state('lane1'), 'store-failing');
}, 'the problem', 10) || {};
like($p->{detail} || '', qr/journal\.db/, 'a folder in its place is told of');
rmdir($file);
rename("$copy/lanes/lane1/journal.db", $file) or die;
ok($w->ready('lane1'), 'and when a copy is put there the lane works');

$w->finish;
$t->finish;
