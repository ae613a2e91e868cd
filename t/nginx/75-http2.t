# The same over HTTP/2: many streams on one connection.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Gmshoot;
use Gmshoot::Http2;
use Test::More;
use Time::HiRes qw(time sleep);

Gmshoot::needs();
my $port = Gmshoot::free_port();
my $t = Gmshoot->new(server => Gmshoot::listen_http2($port)
                           . ' location = /api/lanes/lane1/live {'
                           . ' gmshoot_api; send_timeout 3s; }',
                     http => 'send_timeout 300s; http2_max_concurrent_streams'
                           . ' 128; gzip on; gzip_types *; gzip_min_length 1;'
                           . ' gzip_proxied any;');
my $w = $t->worker;
$w->say('lane lane1 aa');
$w->say('burst lane1 1 3 100');
$w->say('frame lane1 1 200000');
$t->start;
$t->link_up;

my $events = '/api/lanes/lane1/events';
my %zip    = ('accept-encoding' => 'gzip');
my $c = Gmshoot::Http2->new($port);

sub count {
    my ($text, $what) = @_;
    my $n = () = $text =~ /$what/g;
    return $n;
}

# --- one, then many

my $zipped = $c->request('GET', '/api/lanes', \%zip);
ok($c->until(sub { $c->{stream}{$zipped}{ended} })
   && $c->data($zipped) =~ /^\x1f\x8b/, 'gzip is on');

my $one = $c->request('GET', $events, \%zip);
ok($c->until(sub { $c->data($one) =~ /event: lane/ }), 'a stream begins');
is($c->status($one), 200, 'well');

my @many = map { $c->request('GET', $events, \%zip) } 1 .. 99;
ok($c->until(sub {
    99 == grep { count($c->data($_), 'event: lane') == 1 } @many
}, 20), 'ninety-nine more share the connection, which gzip leaves alone');

my $seq = 4;
for my $round (1 .. 30) {
    $w->say("burst lane1 $seq 5 500");
    $seq += 5;
    $c->until(sub { 0 }, 0.005);
}
ok($c->until(sub {
    100 == grep {
        substr($c->data($_), -2000) =~ /^data: \{"lane":"lane1","seq":153,/m
    } $one, @many
}, 20), 'all of them get all events');

my $expected = join(' ', 4 .. 153);
is(scalar(grep {
    join(' ', $c->data($_)
        =~ /^event: shot\ndata: \{"lane":"lane1","seq":(\d+)/mg) eq $expected
} $one, @many), 100, 'each once, in order');
$c->reset_stream($_) for splice(@many, 20);

# --- one whose window stays shut does not hold back the others

my $stuck = $c->request('GET', $events);
$c->{stuck}{$stuck} = 1;
$c->until(sub { $c->data($stuck) =~ /event: lane/ });
for my $round (1 .. 10) {
    $w->say("burst lane1 $seq 40 4000");
    $seq += 40;
    my $last = $seq - 1;
    $c->until(sub { $c->data($one) =~ /"seq":$last,"t_publish/ });
}
my $last = $seq - 1;
ok($c->data($one) =~ /"seq":$last,"t_publish/,
   'one stream that cannot go on does not hold back the others');
cmp_ok(length $c->data($stuck), '<', 66_000, 'which got what its window took');

$c->open_window($stuck);
ok($c->until(sub { $c->data($stuck) =~ /"seq":$last\}/ }, 2),
   'once it is open a snapshot brings it up to date');

# --- reset by the client while data waits

for my $i (1 .. 10) {
    my $id = $c->request('GET', $i % 2 ? $events : '/api/lanes/lane1/live');
    $c->{stuck}{$id} = 1;
    $c->until(sub { length $c->data($id) > 100 }, 1);
    $w->say("burst lane1 $seq 40 4000");
    $w->say('frame lane1 ' . ($i + 10) . ' 200000');
    $seq += 40;
    $c->until(sub { 0 }, 0.02);
    $c->reset_stream($id);
}
$last = $seq - 1;
ok($c->until(sub { $c->data($one) =~ /"seq":$last,"t_publish/ }),
   'streams that are reset while data waits harm no other');

# --- one that is stuck for good

my $dropped = () = $t->log_text =~ /client timed out/g;
$stuck = $c->request('GET', '/api/lanes/lane1/live');
$c->{stuck}{$stuck} = 1;
ok($t->wait_for(sub {
    my $n = () = $t->log_text =~ /client timed out/g;
    return $n > $dropped;
}), 'one that stays stuck is dropped after send_timeout');
$c->request('GET', '/healthz');    # nginx sends a reset along with others
ok($c->until(sub { defined $c->{stream}{$stuck}{reset} }), 'and reset');

# --- pictures and commands

my $live = $c->request('GET', '/api/lanes/lane1/live', \%zip);
$c->until(sub { $c->status($live) });
for my $id (100 .. 110) {
    $w->say("frame lane1 $id 100000");
    $c->until(sub { 0 }, 0.02);
}
ok($c->until(sub { length $c->data($live) > 800_000 }),
   'pictures come as well');

my $picture = $c->request('GET', '/api/lanes/lane1/frame.jpg');
ok($c->until(sub { length $c->data($picture) == 100_000 }), 'and one alone');

my $answer = $c->request('POST', '/api/lanes/lane1/session',
    { 'content-type' => 'application/json', origin => 'http://localhost' },
    '{}');
$c->until(sub { $c->{stream}{$answer}{ended} });
is($c->status($answer), 200, 'commands are answered')
    or diag($c->data($answer));

my $evil = $c->request('POST', '/api/lanes/lane1/session',
    { 'content-type' => 'application/json',
      origin => 'http://localhost.evil' }, '{}');
$c->until(sub { $c->{stream}{$evil}{ended} });
like($c->data($evil), qr/cross-site/, 'but not those of another site');

# --- a reload

my %old = map { $_ => 1 } $t->worker_pids;
my $asked = time;
$t->reload;
ok($c->until(sub { $c->{stream}{$one}{ended} }, 3),
   'a reload ends streams as streams end');
ok($c->{goaway}, 'and the connection with a word');
$c->close;
ok($t->wait_for(sub { !grep { $old{$_} } $t->worker_pids }),
   'the old process goes');
cmp_ok(time - $asked, '<', 3, 'in a moment');

# --- with the link down, leaving is as quick

$c = Gmshoot::Http2->new($port);
$one = $c->request('GET', $events);
$c->until(sub { $c->data($one) =~ /event: lane/ });
$w->kill9;
ok($c->until(sub { $c->data($one) =~ /"link":"down"/ }), 'the link is down');
kill('QUIT', $t->{pid});
ok($c->until(sub { $c->{goaway} && $c->{stream}{$one}{ended} }, 2),
   'QUIT ends the stream');
$c->close;
cmp_ok($t->stop, '<', 2, 'nginx leaves at once all the same');

$t->finish;
