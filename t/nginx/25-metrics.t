# What those see who watch the range from outside: metrics of all nginx
# processes whichever is asked, and what a stream cost in the access log.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Gmshoot;
use Gmshoot::Metrics;
use Test::More;
use Time::HiRes qw(time);

# The example of docs/directives.md is the one that is tried.
my ($format) = Gmshoot::slurp("$Gmshoot::repo/docs/directives.md")
    =~ /^ +(log_format +gmshoot_streams .*?;)$/ms;
ok($format, 'docs/directives.md shows a log format');

my $t = Gmshoot->new(workers => 2, allowed => qr/exited on signal 9/,
    ranges => Gmshoot::range('lane1') . Gmshoot::range('lane2'),
    http => $format, location => 'access_log %%DIR%%/logs/access.log gmshoot_streams;');
my $w = $t->worker;
$w->say('lane lane1 abc');
$w->say('state lane1 3 {"lane":"lane1","state":"idle","seq":3}');
$t->start;

sub metrics {
    my ($name) = @_;

    my $r = $t->get('/metrics');
    my $m = Gmshoot::Metrics->read($r->{body});
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(join("\n", $m->faults), '', $name) if $name;
    return $m;
}

# The value of a name, from whichever process answers.
sub value {
    my ($name, %label) = @_;
    return metrics()->value("gmshoot_$name", %label);
}

# Every process says the same: several are asked.
sub everywhere {
    my ($name, $value) = @_;

    return $t->wait_for(sub {
        return !grep { value($name) ne $value } 1 .. 6;
    }, "$name to be $value everywhere");
}

sub now_us { return int(time * 1e6); }

# --- processes and links

ok(everywhere(nginx_processes_linked => 2), 'both processes have the link');
my $m = metrics('metrics are as the format wants them');
is($m->value('gmshoot_nginx_processes'), 2, 'two processes of nginx');
is($m->value('gmshoot_link_up'), 1, 'the link is up');
is($m->value('gmshoot_lane_up', lane => 'lane1'), 1, 'one lane is up');
is($m->value('gmshoot_lane_up', lane => 'lane2'), 0, 'and one is not there');
is($m->value('gmshoot_camera_up', lane => 'lane2'), 0, 'nor is its camera');
is($m->value('gmshoot_shots_total', lane => 'lane2'), undef,
   'what it never counted is not made up');
is(join(' ', $m->of('lane')), 'lane1 lane2', 'lanes are labels');
is_deeply([ sort keys %{ $m->{series}{gmshoot_build_info}[0][0] } ],
          [qw(layout nginx protocol)], 'and so is what was built');

my @told = Gmshoot::slurp("$Gmshoot::repo/docs/metrics.md")
    =~ /^\| `(gmshoot_\w+)` \| (\w+)/mg;
is_deeply({ @told }, $m->{type}, 'docs/metrics.md has each of them');

# --- streams

my @s = map { $t->sse('/api/lanes/lane1/events') } 1 .. 5;
push @s, $t->sse('/api/events');
is(scalar(grep { $_->next_of('snapshot') && $_->next_of('lane') } @s), 6,
   'six streams begin');
ok(everywhere(streams => 6), 'each process knows of all of them');

my $before = metrics();
$w->say('event lane1 0 hole {"t_publish_us":' . now_us() . ",\"n\":$_}")
    for 1 .. 4;
for my $s (@s) {
    my $n = 0;
    $n++ while $n < 4 && $s->next_of('hole');
    is($n, 4, 'events come');
}
my $after = metrics('still a clean text');

sub grew {
    my ($name, %label) = @_;
    return $after->value("gmshoot_$name", %label)
        - $before->value("gmshoot_$name", %label);
}

is(grew('events_sent_total'), 24, 'each event is counted for each stream');
is(grew('snapshots_sent_total'), 0, 'without a snapshot');
is($after->value('gmshoot_snapshots_sent_total'), 6,
   'of which each had one when it began');
is($after->value('gmshoot_streams_opened_total'), 6, 'streams are counted');
is($after->value('gmshoot_streams_lapped_total'), 0, 'nobody lost anything');

my $fans = grew('fanout_seconds_count');
ok($fans == 4 || $fans == 8, "each process says how long that took: $fans");
my $took = grew('fanout_seconds_sum') / $fans;
ok($took > 0 && $took < 2, "in seconds: $took");
ok(grew('fanout_seconds_bucket', le => '2.097152') == $fans,
   'under the bound of its bucket');

# --- pictures

my @v = map { $t->sse('/api/lanes/lane1/live') } 1 .. 2;
ok(everywhere(viewers => 2), 'two viewers are counted');
$w->say('frame lane1 1 5000');
ok($_->picture, 'a picture comes') for @v;
$w->say('wake 0');
$w->say("frame lane1 $_ 5000") for 2 .. 4;
$w->say('wake 1');
$w->say('frame lane1 5 5000');
ok($t->wait_for(sub {
    my $m = metrics();
    $m->value('gmshoot_live_frames_sent_total')
        + $m->value('gmshoot_live_frames_skipped_total') == 10;
}), 'each picture was sent to a viewer or skipped by it');
cmp_ok(value('live_frames_sent_total'), '>=', 4, 'the newest was sent');

# --- the access log

$_->close for @s[0, 5], $v[0];
$t->get('/api/lanes/lane9');
my $log;
ok($t->wait_for(sub {
    $log = Gmshoot::slurp("$t->{dir}/logs/access.log");
    my $n = () = $log =~ m{/events" |/live" |/lane9" }g;
    $n == 4;
}), 'what has ended is in the access log') or diag($log);

my ($of_lane) = $log =~ m{^(.*/api/lanes/lane1/events" .*)$}m;
like($of_lane, qr/ lane=lane1 /, 'the lane of a stream');
like($of_lane, qr/ role=admin /, 'who asked');
like($of_lane, qr/ events=6 snapshots=1 /, 'what it was sent');
like($of_lane, qr/ frames=- skipped=-$/, 'which were no pictures');
my ($of_all) = $log =~ m{^(.*/api/events" .*)$}m;
like($of_all, qr/ lane=- events=[89] snapshots=1 /, 'a stream of all lanes');
my ($of_live) = $log =~ m{^(.*/live" .*)$}m;
my ($sent, $skipped) = $of_live =~ / events=- .* frames=(\d+) skipped=(\d+)$/
    or diag($of_live);
is($sent + $skipped, 5, 'a viewer got or skipped each picture');
like($log, qr{/lane9" .* lane=lane9 events=- }, 'the lane of an answer');

# --- a process that is killed, and those that come after it

my $total = value('events_sent_total');
kill('KILL', ($t->worker_pids)[0]);
ok($t->wait_for(sub { $t->workers_started == 3 }), 'one process is killed');
ok(everywhere(nginx_processes => 2), 'another takes its place');
my $left = grep { !$_->ended(0.05) } @s[1 .. 4];
ok(everywhere(streams => $left), "streams that it had are gone, $left stay");
cmp_ok(value('events_sent_total'), '>=', $total, 'no counter falls');

$total = value('events_sent_total');
ok($t->reload, 'reload');
ok(everywhere(nginx_processes => 2), 'the old processes leave');
ok(everywhere(streams => 0), 'with their streams');
cmp_ok(value('events_sent_total'), '>=', $total, 'the counters go on');

# --- lanes that are not well

cmp_ok($m->value('gmshoot_archive_lag_events', lane => 'lane1'), '==', 3,
   'nothing of a lane is in the history before the archive says so');
$w->say('gauge lane1 5 1');
ok($t->wait_for(sub {
    value('archive_lag_events', lane => 'lane1') == 2;
}), 'then what is not is told');

$w->say('count lane1');
$w->say('gauge lane1 3 2');
$w->say('beat lane1');
ok($t->wait_for(sub {
    my $m = metrics();
    ($m->value('gmshoot_lane_up', lane => 'lane1') || 0) == 1
        && $m->value('gmshoot_journal_waiting_events', lane => 'lane1') == 2;
}), 'what waits for the journal is told');
$w->say('process lane1 0');
ok($t->wait_for(sub { value('lane_up', lane => 'lane1') == 0 }),
   'a lane that died is down');
$m = metrics('which spoils no line');
is($m->value("gmshoot_$_", lane => 'lane1'), 0, "$_ of a dead lane is 0")
    for qw(camera_up journal_up journal_waiting_events lane_calibrated);
cmp_ok($m->value('gmshoot_journal_lag_seconds', lane => 'lane1'), '==', 0,
   'nor does anything wait in it');
cmp_ok($m->value('gmshoot_archive_lag_events', lane => 'lane1'), '==', 2,
   'but for the history');
is($m->value('gmshoot_shots_total', lane => 'lane1'), 7,
   'what it had counted stays');
cmp_ok($m->value('gmshoot_commit_seconds_sum', lane => 'lane1'), '==', 0.004,
   'so do its latencies');

$w->end;
ok($t->wait_for(sub { value('link_up') == 0 }), 'without a worker');
$m = metrics('the text is as it should be');
is($m->value('gmshoot_lane_up', lane => 'lane1'), 0, 'and nothing is up');

$t->finish;
