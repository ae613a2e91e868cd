# The lanes' states, from the ring, without asking the worker.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Gmshoot;
use Test::More;

my $t = Gmshoot->new(ranges => Gmshoot::range('lane1')
                             . Gmshoot::range('lane2'));
$t->start;

# --- without a worker

my $all = $t->get_json('/api/lanes');
is($all->{link}, 'down', 'without a worker the link is down');
is_deeply($all->{lanes}[1], { name => 'lane2', process => 'down',
                              stale => JSON::PP::true, state => undef },
          'a lane of the configuration is shown all the same');

my $r = $t->get('/api/lanes/lane1');
$t->is_problem($r, 503, 'lane-offline', 'it has no state yet');
is($r->{header}{'retry-after'}, 1, 'which may change in a second');
$t->is_problem($t->get('/readyz'), 503, 'worker-down',
               'nginx is not ready');
is($t->get('/healthz')->{status}, 200, 'but it is well');
is(join(' ', map { "$_->{type} " . ($_->{lane} // 'range') }
             @{ $t->get_json('/api/problems')->{problems} }),
   'worker-down range', 'which is the one problem then');

$t->wait_for(sub { $t->log_text =~ /lanes are offline/ });
my $n = () = $t->log_text =~ /lanes are offline/g;
is($n, 1, 'that nobody listens is said once');

# --- with one

my $w = $t->worker;
$w->say('lane lane1 abc');
ok($t->link_up, 'a worker that comes later is found');

$t->is_problem($t->get('/api/lanes/lane1'), 503, 'lane-offline',
               'a lane that has written nothing has no state');
$t->is_problem($t->get('/readyz'), 503, 'lane-offline',
               'one lane of two is not ready');

my $doc = '{"lane":"lane1","state":"idle","seq":3,"title":"L\u00e4n"}';
$w->say("state lane1 3 $doc");
$r = $t->get('/api/lanes/lane1');
is($r->{body}, "$doc\n", 'a state is handed out as it was written');
is($r->{header}{'content-type'}, 'application/json', 'as JSON');
is($r->{header}{'cache-control'}, 'no-store', 'for no cache to keep');

$w->say('lane lane2 abc');
ok($t->wait_for(sub {
    $w->say('beat lane1');
    $w->say('beat lane2');
    $t->get('/readyz')->{status} == 200;
}), 'with both lanes nginx is ready');
is(join(' ', map { "$_->{check}=$_->{status}" }
             @{ $t->get_json('/readyz')->{checks} }),
   'worker=pass configuration=pass' . ' process=pass journal=pass camera=pass'
   x 2, 'as each check says');

# what a lane says of itself, 0 and 1: journal and camera
for (['journal', 'store-failing'], ['camera', 'camera-lost']) {
    my ($check, $type) = @{$_};
    my $gauge = $check eq 'camera' ? 1 : 0;

    $w->say("beat $_") for qw(lane1 lane2);
    $w->say("gauge lane2 $gauge 0");
    my $problem = $t->is_problem($t->get('/readyz'), 503, $type,
                                 "a lane with a bad $check is not ready");
    is("$problem->{check} $problem->{lane}", "$check lane2",
       'and named with what it lacks');
    is(join(' ', map { "$_->{check} $_->{lane}" } grep {
           $_->{status} eq 'fail' } @{ $problem->{checks} }),
       "$check lane2", 'all else is well');
    $w->say("gauge lane2 $gauge 1");
}

$all = $t->get_json('/api/lanes');
is($all->{lanes}[0]{state}{seq}, 3, 'the list holds the states');
is($all->{lanes}[0]{process}, 'up', 'and which process runs');
ok(!$all->{lanes}[0]{stale}, 'of a lane that shows life');

$w->say('process lane1 0');
ok($t->wait_for(sub {
    my $lane = $t->get_json('/api/lanes')->{lanes}[0];
    $lane->{process} eq 'down' && $lane->{stale} && $lane->{state}{seq} == 3;
}), 'a lane whose process is down keeps its state, marked stale');
$w->say('process lane1 1');

ok($t->wait_for(sub { $t->get_json('/api/lanes')->{lanes}[0]{stale} },
                undef, 5), 'a lane that shows no life is stale');
like($t->get('/metrics')->{body}, qr/^gmshoot_lane_up\{lane="lane1"\} 0$/m,
     'and not up for those who watch');
$w->say('beat lane1');
ok(!$t->get_json('/api/lanes')->{lanes}[0]{stale}, 'until it does');

# --- what is wrong now

my $beside = '{"problems":[{"type":"x"}]},"title":"\\"problems\\":[{","a\\\\":[]';
$w->say("state lane1 4 {\"lane\":\"lane1\",\"beside\":$beside,\"problems\":["
    . '{"type":"a","title":"]}\"{","detail":{"b":[1,{}]}},{"type":"b"}],"z":"{"}');
$w->say('state lane2 4 {"problems":[]}');
$w->say("beat $_") for qw(lane1 lane2);
is_deeply($t->get_json('/api/problems')->{problems},
          [ { lane => 'lane1', type => 'a', title => ']}"{',
              detail => { b => [ 1, {} ] } },
            { lane => 'lane1', type => 'b' } ],
          "the problems are the documents' own, each with its lane");
$w->say('state lane2 4 {"problems":[{}]}');
$w->say('process lane1 0');
ok($t->wait_for(sub {
    $w->say('beat lane2');
    join(' ', map { "$_->{lane}=" . ($_->{type} // '') }
              @{ $t->get_json('/api/problems')->{problems} })
        eq 'lane1=lane-offline lane2=';
}), 'a lane that does not run says nothing of now');
$w->say('process lane1 1');

# --- a large document, growing and shrinking

for my $size (200_000, 10, 90_000, 262_000) {
    my $text = '{"fill":"' . 'y' x $size . '"}';
    $w->say("state lane1 4 $text");
    ok($t->get('/api/lanes/lane1')->{body} eq "$text\n",
       "a state of $size bytes comes whole");
}

# --- lanes come and go

$w->say('lane extra 1');
ok($t->wait_for(sub {
    grep { $_->{name} eq 'extra' } @{ $t->get_json('/api/lanes')->{lanes} }
}), 'a lane that only the worker knows is shown');

my $s = $t->sse('/api/lanes/extra/events');
$s->next;
my $many = $t->sse('/api/events?lanes=extra,lane1');
$many->next;
my $everything = $t->sse('/api/events');
$everything->next;
$w->say('gone extra');
ok($s->ended, 'its streams end when it is gone');
ok($many->ended, 'so do those that asked for it among others');
ok(!$everything->ended(0.3), 'a stream of all lanes goes on without it');
is($t->get('/api/lanes/extra')->{status}, 404, 'and it is not there');

$w->say('gone lane2');
ok($t->wait_for(sub {
    $t->get_json('/api/lanes')->{lanes}[1]{process} eq 'down'
}), 'a configured lane that the worker gives up is down');

# --- what is not there

$t->is_problem($t->get('/api/lanes/lane9'), 404, 'lane-unknown',
               'an unknown lane');
$t->is_problem($t->get($_), 404, 'not-found', "nothing is at $_")
    for qw(/api/ /api/lane /api/lanes/ /api/lanes/lane1/
           /api/lanes/lane1/secrets /api/lanes/lane1/events/more);
$t->is_problem($t->get('/api/lanes/..%2flane1'), 404, 'not-found',
               'nor beside the lanes');
$t->is_problem($t->request('DELETE', '/api/lanes'), 405, 'method',
               'lanes cannot be deleted');

# --- an nginx without ranges: lanes are those that the worker has

subtest 'no ranges' => sub {
    my $t = Gmshoot->new(ranges => '')->start;

    my $unknown = sub {
        my ($lane, $status, $type, $name) = @_;
        for my $path ("lanes/$lane", "lanes/$lane/events", "events?lanes=$lane",
            "lanes/$lane/live", "lanes/$lane/session",
            "sessions/$lane-1-1/shots/1.jpg") {
            my $r = $t->get("/api/$path");
            $t->is_problem($r, $status, $path =~ /^sessions/ ? $type
                =~ s/lane-un/session-un/r : $type, "$name: $path");
            is($r->{header}{'retry-after'}, $status == 503 ? 1 : undef,
               'with when to try again, if there is sense in it');
        }
    };
    $unknown->('lane1', 503, 'worker-down', 'nobody knows a lane yet');
    my $w = $t->worker->say('lane lane1 aa')->say('burst lane1 1 1 50');
    ok($t->link_up, 'the worker is there');
    is($t->get('/api/lanes/lane1')->{status}, 200, 'with its lane');
    $unknown->('lane9', 404, 'lane-unknown', 'there is no other');
    $w->kill9;
    ok($t->wait_for(sub { $t->get_json('/api/lanes')->{link} eq 'down' }),
       'it is gone');
    is($t->get('/api/lanes/lane1')->{status}, 200, 'its lane is shown still');
    $unknown->('lane9', 503, 'worker-down', 'it may come back with another');
    $t->finish;
};

# --- metrics

$w->say('count lane1');
my $m = $t->get('/metrics');
like($m->{header}{'content-type'}, qr{^text/plain; version=0\.0\.4},
     'metrics are in the text format of Prometheus');
like($m->{body}, qr/^gmshoot_link_up 1$/m, 'they tell of the link');
like($m->{body}, qr/^gmshoot_lane_up\{lane="lane1"\} [01]$/m, 'of lanes');
like($m->{body}, qr/^gmshoot_shots_total\{lane="lane1"\} 7$/m,
     'of counters');

my %bucket = $m->{body}
    =~ /^gmshoot_commit_seconds_bucket\{lane="lane1",le="([^"]+)"\} (\d+)$/mg;
is($bucket{'+Inf'}, 2, 'of latencies');
is($bucket{'0.001024'}, 1, 'the millisecond under its bound');
is($bucket{'0.004096'}, 2, 'and both under theirs');
my ($sum) = $m->{body} =~ /^gmshoot_commit_seconds_sum\{lane="lane1"\} (\S+)/m;
is($sum, '0.004000000', 'with their sum');

$t->finish;
