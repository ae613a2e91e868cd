# Reloads of nginx under load: nothing lost, nothing twice, nobody stays.
# (Peers: crashes on and after a reload, old processes that stay for ever or
# spin, shared state that is lost or leaks with each one.)
#
# GMS_RELOADS=100 is part of `make soak-front`.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Gmshoot;
use Gmshoot::Audience;
use Gmshoot::Trouble qw(alive);
use IO::Select;
use IO::Socket::INET;
use List::Util qw(max);
use Test::More;
use Time::HiRes qw(time sleep);

my $clients = 12;
my $reloads = $ENV{GMS_RELOADS} || 20;

my $t = Gmshoot->new(workers => 2);
my $w = $t->worker;
$w->say('lane lane1 aa');
$w->say('burst lane1 1 1 50');
$t->start;
$t->link_up;

my $all = Gmshoot::Audience->new($t, $clients);
ok($all->heard(1, 10), 'every client has begun');

# --- one after the other, as soon as the new processes run

my $seq = 1;
my (%leaving, @took);

sub look_for_the_leaving {
    for my $pid (grep { !alive($_) } keys %leaving) {
        push @took, time - delete $leaving{$pid};
    }
    return;
}

for my $round (1 .. $reloads) {
    my $started = $t->workers_started;
    $leaving{$_} ||= time for $t->worker_pids;
    kill('HUP', $t->{pid});

    my $until = time + 10;
    do {
        $w->say('burst lane1 ' . ($seq + 1) . ' 3 300');
        $seq += 3;
        $all->listen(0.0005);
        look_for_the_leaving();
    } while ($t->workers_started < $started + 2 && time < $until);
}

ok($all->heard($seq, 20), 'all is heard in the end');
is($all->wrong(1, $seq), '', "each client has each of $seq events once, in "
   . "order, across $reloads reloads");
my $dials = $all->dials;
cmp_ok($dials, '>', $clients * $reloads / 4,
       "they had to come back: $dials dials");
is($all->again, 0, 'and none needed a second snapshot');

ok($t->wait_for(sub { look_for_the_leaving(); !%leaving }),
   'the old processes have gone, streams or not');
my $longest = max(@took);
cmp_ok($longest, '<', $ENV{GMS_RELOADS} ? 1 : 5,
       sprintf('each of %d soon, the last after %.0f ms', scalar @took,
               $longest * 1000));

my @waits = $all->waits;
cmp_ok(scalar @waits, '>', $dials / 3, scalar(@waits) . ' different times to '
       . "wait among $dials: who is cut off with others comes back alone");
cmp_ok($waits[-1] - $waits[0], '>', 1000, 'spread over more than a second');

# --- with streams that are idle, and one that does not read

$all->listen(0.01);
my $deaf = $t->sse('/api/lanes/lane1/events', { '-rcvbuf' => 2048 });
$w->say('burst lane1 20000 300 4000');
sleep(0.2);
my %old = map { $_ => 1 } $t->worker_pids;
my $asked = time;
$t->reload;
ok($t->wait_for(sub { !grep { $old{$_} } $t->worker_pids }),
   'idle streams hold no process, nor does one that is stuck');
cmp_ok(time - $asked, '<', 2, 'they go at once');

# --- with a request that is whole only after its process was told to leave

my $late = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$t->{port}");
$late->syswrite("GET /api/lanes/lane1/events HTTP/1.1\r\n");
sleep(0.1);
%old = map { $_ => 1 } $t->worker_pids;
$t->reload;
sleep(0.4);     # the last poll of the old processes has ended what they had
$late->syswrite("Host: lane\r\n\r\n");
my $answer = '';
my $ended;
my $patience = IO::Select->new($late);
while (!$ended && $patience->can_read(5)) {
    $ended = !$late->sysread($answer, 65536, length($answer));
}
like($answer, qr{^HTTP/1\.1 200 .*event-stream.*^retry: \d}ms,
     'a stream asked for too late is opened, told when to return');
ok($ended, 'and ended');
ok($t->wait_for(sub { !grep { $old{$_} } $t->worker_pids }),
   'and holds no process');

# --- a binary without streams and one with: leaving by QUIT

$all->hang_up;
$all->listen(0.01);
$asked = $t->stop;
cmp_ok($asked, '<', 2, 'QUIT with streams takes no time');
$t->finish;
