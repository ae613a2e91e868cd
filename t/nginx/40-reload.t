# Reloads of nginx under load: nothing lost, nothing twice, nobody stays.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Gmshoot;
use IO::Select;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(time sleep);

my $clients = 12;
my $events  = 1200;

my $t = Gmshoot->new(workers => 2);
my $w = $t->worker;
$w->say('lane lane1 aa');
$w->say('burst lane1 1 1 50');
$t->start;
$t->link_up;

# Each client has what it has seen: numbers in order, by ring or snapshot.
my @client = map { { seen => [] } } 1 .. $clients;

sub dial {
    my ($c) = @_;
    my $last = $c->{seen}[-1];
    $c->{stream} = $t->sse('/api/lanes/lane1/events',
        { defined $last ? ('Last-Event-ID' => "00000000000000aa-$last") : () });
    $c->{dials}++;
    return;
}

sub listen_to {
    my ($c, $timeout) = @_;

    dial($c) if !$c->{stream};
    while (my $e = $c->{stream}->next($timeout)) {
        next if !$e->{id};
        my ($seq) = $e->{id} =~ /-(\d+)$/;
        $c->{snapshots}++ if $e->{event} eq 'snapshot';
        push @{ $c->{seen} }, $seq;
    }
    delete $c->{stream} if $c->{stream}{eof};
    return;
}

listen_to($_, 0.2) for @client;
is(scalar(grep { $_->{seen}[0] == 1 } @client), $clients,
   'every client has begun');

my %old = map { $_ => 1 } $t->worker_pids;

$w->tell("publish lane1 2 $events 2000");
for my $round (1 .. 6) {
    kill('HUP', $t->{pid});
    my $until = time + 0.35;
    while (time < $until) {
        listen_to($_, 0.001) for @client;
    }
}
ok($w->expect(qr/^published/, 20), 'all events were published meanwhile');

my $until = time + 10;
while (time < $until
       && grep { ($_->{seen}[-1] || 0) < $events + 1 } @client) {
    listen_to($_, 0.02) for @client;
}

my $expected = join(' ', 1 .. $events + 1);
is(scalar(grep { "@{ $_->{seen} }" eq $expected } @client), $clients,
   'each client has each event once, in order, across six reloads')
    or diag(map { my @s = @{ $_->{seen} };
                  "dials $_->{dials} snapshots $_->{snapshots} events "
                  . scalar(@s) . " last $s[-1]\n" } @client);

my $dials = 0;
$dials += $_->{dials} for @client;
cmp_ok($dials, '>=', 5 * $clients, "they had to come back: $dials dials");
is(scalar(grep { $_->{snapshots} > 1 } @client), 0,
   'and none needed a second snapshot');

ok($t->wait_for(sub { $t->worker_pids == 2
                      && !grep { $old{$_} } $t->worker_pids }),
   'the old processes have gone, streams or not');

# --- with streams that are idle, and one that does not read

$_->{stream} || dial($_) for @client;
my $deaf = $t->sse('/api/lanes/lane1/events', { '-rcvbuf' => 2048 });
$w->say('burst lane1 2000 300 4000');
sleep(0.2);
%old = map { $_ => 1 } $t->worker_pids;
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

$_->{stream} = undef for @client;
dial($_) for @client;
$asked = $t->stop;
cmp_ok($asked, '<', 2, 'QUIT with streams takes no time');
$t->finish;
