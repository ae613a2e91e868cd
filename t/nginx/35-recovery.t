# What streams tell when the worker fails, and what they refuse to read.
# (Peers: messages lost on reconnect, memory that grows with each new writer.)
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Gmshoot;
use Gmshoot::Trouble qw(fds);
use Test::More;
use Time::HiRes qw(time sleep);

my $t = Gmshoot->new;
my $w = $t->worker;

$w->say('lane lane1 aa');
$w->say('burst lane1 1 3 100');
$t->start;
$t->link_up;

sub opened {
    my ($path) = @_;
    my $s = $t->sse($path || '/api/lanes/lane1/events');
    $s->next_of('lane');
    return $s;
}

# --- the worker is killed

my $s = opened();
my $killed = time;
$w->kill9;

my $e = $s->next_of('lane', 2);
is("$e->{json}{link} $e->{json}{process}", 'down down',
   'a client learns that the worker is gone');
cmp_ok(time - $killed, '<', 0.25, 'at once');
is($t->get_json('/api/lanes')->{link}, 'down', 'so does who asks');
is($t->get_json('/api/lanes/lane1')->{seq}, 3,
   'the last state is served on');

my $r = $t->sse('/api/lanes/lane1/events', { 'Last-Event-ID' =>
    '00000000000000aa-1' });
is(($r->next_of('shot') || {})->{id}, '00000000000000aa-2',
   'and so are the events of the ring');

$w->run;
$w->say('lane lane1 aa');
ok($t->link_up, 'it is dialed again');
$e = $s->next_of('lane', 3);
is($e->{json}{link}, 'up', 'and the client learns that too');

# --- the new memory holds what the client has: it goes on

$w->say('burst lane1 1 5 100');
$e = $s->next_of('snapshot', 3);
is($e->{json}{seq}, 5, 'a new memory begins with a snapshot')
    or diag(explain($e));

# --- the link breaks, the memory stays

$w->tell('hangup');
$e = $s->next_of('lane', 3);
is($e->{json}{link}, 'down', 'a link that breaks shows');
$e = $s->next_of('lane', 3);
is($e->{json}{link}, 'up', 'and that it is back');
$w->say('event lane1 6 shot {"lane":"lane1","seq":6}');
my @all = grep { $_->{event} ne 'lane' } $s->drain;
is(join(' ', map { "$_->{event}$_->{json}{seq}" } @all), 'shot6',
   'with the same memory the stream goes on where it was');

# --- a lane that is killed while it writes

$w->say('torn lane1');
is($s->next(0.4), undef, 'half an event is none');
$r = $t->sse('/api/lanes/lane1/events',
             { 'Last-Event-ID' => '00000000000000aa-5' });
is(($r->next_of('shot') || {})->{json}{seq}, 6,
   'those before it are handed out');
$w->say('heal lane1');
$w->say('event lane1 7 shot {"lane":"lane1","seq":7}');
is_deeply([map { ($_->next_of('shot') || {})->{json}{seq} } $s, $r], [7, 7],
          'and the next one is that of its successor');

# --- another memory of the same journal

$w->say('lane lane1 aa');
$e = $s->next(0.4);
ok(!$e || $e->{event} eq 'lane', 'an empty new memory says nothing yet');
$w->say('burst lane1 6 2 100');
$e = $s->next_of('snapshot', 3);
is($e->{json}{seq}, 7, 'its first document is a snapshot');

# --- another journal in the same memory

# Its document is asked for by somebody else before the wake tells of it.
$w->say('wake 0');
$w->say('epoch lane1 b9');
$w->say('state lane1 1 {"lane":"lane1","state":"idle","seq":1}');
$t->get('/api/lanes/lane1');
$w->say('wake 1');
$e = $s->next_of('snapshot', 4);
is($e->{id}, '00000000000000b9-1',
   'a new journal begins with a snapshot that others have seen before');

$w->say('epoch lane1 bb');
$w->say('event lane1 1 shot {"lane":"lane1","seq":1}');
$w->say('state lane1 1 {"lane":"lane1","state":"idle","seq":1}');
$e = $s->next_of('snapshot', 3);
is($e->{id}, '00000000000000bb-1', 'as does the next one');

# --- lost wakes, late ones, and more of them than events

$w->say('wake 0');
$killed = time;
$w->say('event lane1 2 shot {"lane":"lane1","seq":2}');
is(($s->next_of('shot', 2) || {})->{id}, '00000000000000bb-2',
   'an event whose wake is lost comes all the same');
cmp_ok(time - $killed, '<', 0.5, 'a moment later');
$w->say('nudge');
$w->say('wake 5');
$w->say("event lane1 $_ shot {\"lane\":\"lane1\",\"seq\":$_}") for 3 .. 12;
my @woken = map { ($s->next_of('shot') || {})->{json}{seq} } 3 .. 12;
is("@woken", join(' ', 3 .. 12), 'a wake that comes late, or five for one '
   . 'event, bring nothing twice');
$w->say('wake 1');

# --- memories that are not to be trusted

$w->say("$_ lane1") for qw(unsealed junk short);
$w->say('event lane1 13 shot {"lane":"lane1","seq":13}');
is(($s->next_of('shot', 2) || {})->{id}, '00000000000000bb-13',
   'a memory that is refused takes nothing away');
is(join(', ', $t->log_text =~ /memory of lane "lane1" is refused: (.*)/g),
   'shared memory without its seals, bytes that break the contract, '
   . 'bytes that break the contract', 'and is told of in the log');

$w->say('unsealed evil');
$w->say('state lane1 3 {"lane":"lane1","seq":3}');
is($t->get('/api/lanes/evil')->{status}, 503,
   'a lane of which there is nothing to trust is offline');

# --- a link that talks nonsense

sub breaks { my $n = () = $t->log_text =~ /link to the worker broke/g; $n }

my $broke = breaks();
$w->tell('garbage');
ok($t->wait_for(sub { breaks() > $broke }), 'nonsense on the link ends it');
ok($t->link_up, 'and it is dialed again');

# --- a worker that takes the call and then breaks it, again and again

sub up { my $n = () = $t->log_text =~ /the link .* is up/g; $n }

ok($t->wait_for(sub { up() >= breaks() }), 'a link that holds is told of');
($broke, my $up) = (breaks(), up());
$w->say('welcome 2');
$w->tell('hangup');
my $calls = 0;
my $until = time + 2;
while ((my $left = $until - time) > 0) {
    $calls++ if $w->expect(qr/^hello/, $left);
}
cmp_ok($calls, '<', 10, "who breaks it is called less and less often: $calls "
       . 'times in two seconds');
cmp_ok(breaks() - $broke, '<=', 2, 'and it is told twice at most');
$w->say('welcome 1');
ok($t->wait_for(sub { up() > $up }), 'when it holds that is told');
cmp_ok(up() - $up, '<=', 2, 'and not before');

# --- a worker that takes the call and says nothing

$w->say('welcome 0');
$w->tell('hangup');
$w->expect(qr/^hello/);

# (the hello may be that of the call before: nginx has to see the end first)
ok($t->wait_for(sub { $t->get_json('/api/lanes')->{link} eq 'down' },
                'the link to be down', 2),
   'a worker that does not answer is not there');
ok($w->expect(qr/^bye/, 12), 'nginx hangs up after a while');
$w->say('welcome 1');
ok($t->link_up, 'and tries again');

# --- a process that has just begun, before it knows its lanes

$w->say("event lane1 $_ shot {\"lane\":\"lane1\",\"seq\":$_}") for 14 .. 16;
$w->say('welcome 0');
my @before = $t->worker_pids;
$t->reload;
$t->wait_for(sub { !grep { my $old = $_; grep { $_ == $old } @before }
                   $t->worker_pids });
$r = $t->sse('/api/lanes/lane1/events',
             { 'Last-Event-ID' => '00000000000000bb-14' });
is(join(' ', map { (keys %{$_})[0] eq 'retry' ? 'retry' : $_->{event} }
             $r->next, $r->next), 'retry lane',
   'who comes back to it keeps what he has');
$w->say('welcome 1');
$w->tell('hangup');
@all = map { my $e = $r->next_of('shot') || {}; $e->{json}{seq} } 1, 2;
is("@all", '15 16', 'and gets what he missed, as soon as the process does');
$s = opened();

# --- many killings

my ($pid) = $t->worker_pids;
my ($fds, $memories);
for my $i (1 .. 5) {
    $w->kill9;
    $w->run;
    $w->say('lane lane1 cc');
    $w->say("burst lane1 1 $i 50");
    $t->link_up;

    $fds = keys %{ fds($pid) } if $i == 1;
    $memories = () = Gmshoot::slurp("/proc/$pid/maps") =~ /memfd:/g;
}
is($memories, 1, 'of all the memories it was given nginx keeps the last');
ok($t->wait_for(sub { keys %{ fds($pid) } <= $fds }),
   'and no descriptor of the others');
my $seq = 0;
ok($t->wait_for(sub {
    my $new = $s->next(1) || {};
    $seq = $new->{json}{seq} if ($new->{event} || '') =~ /^(?:snapshot|shot)$/;
    $seq == 5;
}), 'after five killings the stream is at the newest event');

# --- nginx worker killed

kill('KILL', $pid);
ok($s->ended, 'a killed nginx process takes its streams along');
ok($t->wait_for(sub { (opened() || return)->{head}{status} == 200 }),
   'its successor serves');

$t->{allowed} = qr/exited on signal 9/;
$t->finish;
