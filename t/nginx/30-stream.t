# What a client of an event stream sees.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Gmshoot;
use Test::More;
use Time::HiRes qw(time);

my $t = Gmshoot->new(ranges => Gmshoot::range('lane1')
                             . Gmshoot::range('lane2')
                             . Gmshoot::range('quiet'));
my $w = $t->worker;

$w->say('lane lane1 5f3a9c0112345678');
$w->say('lane lane2 77');
$w->say('burst lane1 1 5 100');
$w->say('event lane2 1 shot {"lane":"lane2","seq":1}');
$w->say('state lane2 1 {"lane":"lane2","state":"idle","seq":1}');
$t->start;
$t->link_up;

# --- one lane, from its beginning

my $s = $t->sse('/api/lanes/lane1/events');
my $h = $s->head;

is($h->{status}, 200, 'a stream of one lane is there');
is($h->{header}{'content-type'}, 'text/event-stream',
   'it is one of Server-Sent Events');
is($h->{header}{'cache-control'}, 'no-store', 'no cache may keep it');
is($h->{header}{'x-accel-buffering'}, 'no', 'no proxy may gather it');

my $e = $s->next;
ok($e->{retry} >= 1000 && $e->{retry} <= 3000,
   'it begins with a time to wait before coming back');

$e = $s->next;
is($e->{event}, 'snapshot', 'then comes a snapshot');
is($e->{id}, '5f3a9c0112345678-5', 'with the id of the last event folded in');
is($e->{json}{seq}, 5, 'which is the state document');

$e = $s->next;
is("$e->{event} $e->{json}{lane} $e->{json}{process} $e->{json}{link}",
   'lane lane1 up up', 'then how the lane and the link are');

$w->say('event lane1 6 shot {"lane":"lane1","seq":6}');
$e = $s->next;
is("$e->{event} $e->{id} $e->{json}{seq}", 'shot 5f3a9c0112345678-6 6',
   'a new event comes with its id');

$w->say('event lane1 0 hole {"lane":"lane1","hole":7}');
$e = $s->next;
is($e->{event}, 'hole', 'so does an ephemeral one');
ok(!exists $e->{id}, 'without an id');

# --- at once

my @took;
for my $n (1 .. 9) {
    my $began = time;
    $w->say("event lane1 0 status {\"lane\":\"lane1\",\"n\":$n}");
    $s->next;
    push @took, time - $began;
}
@took = sort { $a <=> $b } @took;
cmp_ok($took[4], '<', 0.05, sprintf('an event takes %.1f ms, not the quarter '
       . 'second of the safety net', $took[4] * 1000));

# --- resuming

my $r = $t->sse('/api/lanes/lane1/events',
                { 'Last-Event-ID' => '5f3a9c0112345678-3' });
$r->next;
my @all = map { $_->{event} . ($_->{json}{seq} || '') }
    grep { $_->{event} ne 'lane' } $r->drain;
@all = grep { $_ !~ /^status/ } @all;
is("@all", 'shot4 shot5 shot6 hole',
   'a client that names its last event gets all later ones, once each');

$r = $t->sse('/api/lanes/lane1/events?last_event_id=5f3a9c0112345678-5');
$r->next;
@all = map { $_->{event} } grep { $_->{event} !~ /^(?:lane|status)$/ }
    $r->drain;
is("@all", 'shot hole', 'the last event may stand in the query');

$r = $t->sse('/api/lanes/lane1/events',
             { 'Last-Event-ID' => '5f3a9c0112345678-6' });
$r->next;
@all = map { $_->{event} } grep { $_->{event} ne 'status' } $r->drain;
is("@all", 'lane hole', 'at the newest durable event nothing is said twice');

my %strange = (
    'an epoch of another journal'    => '00000000deadbeef-3',
    'a number that was never given'  => '5f3a9c0112345678-99',
    'the number zero'                => '5f3a9c0112345678-0',
    'an epoch alone'                 => '5f3a9c0112345678',
    'a number that overflows'        => '5f3a9c0112345678-99999999999999999999',
    'text'                           => 'x' x 500,
    'markup'                         => "<script>alert(1)</script>",
);

for my $what (sort keys %strange) {
    $r = $t->sse('/api/lanes/lane1/events',
                 { 'Last-Event-ID' => $strange{$what} });
    $r->next;
    is(($r->next || {})->{event}, 'snapshot', "$what gets a snapshot");
    $r->close;
}

# --- too far behind: 1.6 MB of events through a ring of 1 MiB

$w->say('burst lane1 7 400 4000');
$r = $t->sse('/api/lanes/lane1/events',
             { 'Last-Event-ID' => '5f3a9c0112345678-6' });
$r->next;
$e = $r->next;
is("$e->{event} $e->{id}", 'snapshot 5f3a9c0112345678-406',
   'a client whose last event has left the ring gets a snapshot');

$r = $t->sse('/api/lanes/lane1/events',
             { 'Last-Event-ID' => '5f3a9c0112345678-300' });
$r->next;
@all = map { $_->{json}{seq} } grep { $_->{event} eq 'shot' } $r->drain;
is("@all", join(' ', 301 .. 406),
   'one whose last event is still there gets the rest');

ok($t->wait_for(sub { (($s->next(1) || {})->{json}{seq} || 0) == 406 }),
   'a client that was there is at the newest event too');

# --- several lanes

$s = $t->sse('/api/events?lanes=lane2,lane1');
$s->next;
my @first = ($s->next, $s->next, $s->next, $s->next);
is(join(' ', map { "$_->{event}:$_->{json}{lane}" }
             sort { "$a->{event}$a->{json}{lane}" cmp
                    "$b->{event}$b->{json}{lane}" } @first),
   'lane:lane1 lane:lane2 snapshot:lane1 snapshot:lane2',
   'a stream of two lanes begins with a snapshot of each');

$w->say('event lane2 2 shot {"lane":"lane2","seq":2}');
$w->say('event lane1 407 shot {"lane":"lane1","seq":407}');
my @next = ($s->next, $s->next);
is(join(' ', sort map { "$_->{json}{lane}:$_->{json}{seq}" } @next),
   'lane1:407 lane2:2', 'it carries the events of both');
is(scalar(grep { exists $_->{id} } @first, @next), 0,
   'and no ids, which belong to a single lane');

$s = $t->sse('/api/events?lanes=lane1%2Clane1');
$s->next;
is(scalar(grep { $_->{event} eq 'snapshot' } $s->drain), 1,
   'a lane named twice comes once');

$s = $t->sse('/api/events');
$s->next;
@all = sort map { $_->{json}{lane} } grep { $_->{event} eq 'snapshot' }
    $s->drain;
is("@all", 'lane1 lane2 quiet', 'without names all lanes come');

$w->say('lane added 1');
$w->say('state added 0 {"lane":"added","state":"idle"}');
ok($t->wait_for(sub {
    my $e = $s->next_of('snapshot') or return;
    $e->{json}{lane} eq 'added' && $e->{json}{state} eq 'idle';
}), 'a lane that is added later joins a stream of all');

# --- a lane without a memory

$s = $t->sse('/api/lanes/quiet/events');
$s->next;
$e = $s->next;
is_deeply($e->{json}, { lane => 'quiet', state => 'offline', schema => 1 },
          'a lane that has not come yet is offline');
ok(!exists $e->{id}, 'which is no event to resume from');

$w->say('lane quiet 99');
$w->say('event quiet 1 shot {"lane":"quiet","seq":1}');
$w->say('state quiet 1 {"lane":"quiet","state":"live","seq":1}');
$e = $s->next_of('snapshot');
is("$e->{id} $e->{json}{state}", '0000000000000099-1 live',
   'when it comes its stream begins');

# --- who asks wrongly

$t->is_problem($t->get('/api/lanes/nobody/events'), 404, 'lane-unknown',
               'the stream of an unknown lane does not exist');
$t->is_problem($t->get('/api/events?lanes=lane1,nobody'), 404,
               'lane-unknown', 'nor does one with an unknown lane in it');
$t->is_problem($t->get('/api/events?lanes='), 404, 'lane-unknown',
               'nor does one of no lane');
is($t->request('HEAD', '/api/lanes/lane1/events')->{status}, 200,
   'HEAD tells that a stream is there');

my $post = $t->request('POST', '/api/lanes/lane1/events', undef, '');
$t->is_problem($post, 405, 'method', 'nothing can be posted to a stream');
is($post->{header}{allow}, 'GET, HEAD', 'and it says what can be done');

$t->finish;
