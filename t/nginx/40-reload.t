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

# --- clients that are told when to come back do not do so all together

my $crowd = 300;
my @crowd = map { $t->sse('/api/lanes/lane1/events') } 1 .. $crowd;
my @wait  = map { my $e = $_->next(10); $e && $e->{retry} } @crowd;
is(scalar(grep { ($_ || 0) >= 1000 && $_ <= 3000 } @wait), $crowd,
   'all are told to wait 1 to 3 seconds');
$t->reload;
my %left = map { $_ => 1 } 0 .. $#crowd;
my $at = IO::Select->new(map { $_->{socket} } @crowd);
my %number = map { fileno($crowd[$_]{socket}) => $_ } 0 .. $#crowd;
my @back;
while (%left and my @ready = $at->can_read(10)) {
    for my $socket (@ready) {
        next if sysread($socket, my $rest, 65536);
        my $i = delete $left{ $number{ fileno($socket) } }
            && $number{ fileno($socket) };
        push @back, int(time * 1000) + $wait[$i];
        $at->remove($socket);
    }
}
is(scalar @back, $crowd, 'a reload ends the streams of all');
@back = sort { $a <=> $b } @back;
my $most = 0;
for (my ($i, $j) = (0, 0); $j < @back; $j++) {
    $i++ while $back[$j] - $back[$i] >= 100;
    $most = $j - $i + 1 if $j - $i + 1 > $most;
}
# 5 % fall into a tenth of a second of two seconds; 300 of them are some more
cmp_ok($most, '<', 0.15 * $crowd,
       "at most $most of $crowd come back within any tenth of a second");
cmp_ok($back[-1] - $back[0], '>', 1700, 'they spread over two seconds');
my $again = time;
@crowd = map { $t->sse('/api/lanes/lane1/events') } 1 .. $crowd;
is(scalar(grep { $_->next_of('snapshot', 10) } @crowd), $crowd,
   sprintf('and are all there again, in %.2f s if they came at once',
           time - $again));
@crowd = ();

# --- a binary without streams and one with: leaving by QUIT

$all->hang_up;
$all->listen(0.01);
$asked = $t->stop;
cmp_ok($asked, '<', 2, 'QUIT with streams takes no time');
$t->finish;
