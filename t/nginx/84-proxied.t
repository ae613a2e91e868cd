# conf/examples/proxied.conf, with the proxy that it wants in front, and with
# requests that say they came through one.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Gmshoot;
use Gmshoot::Example qw(example);
use Test::More;
use Time::HiRes qw(time);

Gmshoot::needs();
my $front = Gmshoot::free_port();
my $as_told;
my $t = example('examples/proxied.conf', edit => sub {
    s{(set_real_ip_from +)192\.168\.1\.2;}{${1}127.0.0.0/8;};
    s{# (192\.168\.[12]0\.0/24)}{$1}g;
    # the proxy of the comment, as it stands there
    ($as_told) = /^(#     location \/ \{\n.*?^#     \})$/ms;
    $as_told =~ s/^# //mg;
    $as_told =~ s{http://192\.168\.1\.10;}{http://127.0.0.1:%%PORT%%;};
    s{^(    server \{)}{    server {\n        listen 127.0.0.1:$front;
        real_ip_header X-Of-Nobody;
        $as_told\n    }\n\n$1}m;
});
my ($status, $said) = $t->check;
is($status, 0, 'nginx takes the example, and the proxy that it tells of')
    or diag($said);

my $w = $t->worker;
$w->say('lane lane1 aa');
$w->say('burst lane1 1 1 50');
$t->start;
$t->link_up;

my $session = '/api/lanes/lane1/session';

sub status {
    my (%header) = @_;
    return $t->json('POST', $session, {}, \%header)->{status};
}

is(status(), 200, 'whoever sits at the computer commands');

# --- what the proxy's clients may

for my $case (
    ['viewer', 403, { 'X-Forwarded-For' => '203.0.113.5' }],
    ['viewer', 403, { 'X-Forwarded-For' => '127.0.0.1' }],
    ['viewer', 403, { 'X-Forwarded-For' => '::1' }],
    ['viewer', 403, { 'X-Forwarded-For' => '127.0.0.1, 203.0.113.5' }],
    ['viewer', 403, { 'X-Forwarded-For' => 'localhost' }],
    ['viewer', 403, { 'X-Forwarded-For' => '' }],
    ['viewer', 403, { 'Forwarded' => 'for=127.0.0.1' }],
    ['viewer', 403, { 'Via' => '1.1 somebody' }],
    ['viewer', 403, { 'Host' => 'range.example' }],
    ['shooter', 200, { 'X-Forwarded-For' => '192.168.10.7' }],
    ['coach', 200, { 'X-Forwarded-For' => '192.168.20.7' }],
    ['shooter who says he is another', 200,
     { 'X-Forwarded-For' => '127.0.0.1, 192.168.10.7' }],
    ['viewer who says he is a shooter', 403,
     { 'X-Forwarded-For' => '192.168.10.7, 203.0.113.5' }],
) {
    my ($who, $expected, $header) = @$case;
    is(status(%$header), $expected,
       join(' ', map { "$_ '$header->{$_}'" } sort keys %$header)
       . " is a $who: $expected");
}
is($t->json('PUT', '/api/lanes/lane1/calibration', {},
            { 'X-Forwarded-For' => '192.168.20.7' })->{status}, 403,
   'no network makes an admin');

# --- through a real one

my $direct = $t->{port};
$t->{port} = $front;
is(status(), 403, 'a client of a proxy on the same computer is no admin');
is($t->get('/api/lanes')->{status}, 200, 'but may look');
is(status('X-Forwarded-For' => '192.168.10.7'), 403,
   'and is nobody else by saying so');

my $s = $t->sse('/api/lanes/lane1/events');
is($s->head->{header}{'content-type'}, 'text/event-stream',
   'streams come through it');
ok($s->next_of('lane'), 'with what they begin with');
my $began = time;
for my $n (2 .. 6) {
    $w->say("event lane1 $n shot {\"lane\":\"lane1\",\"seq\":$n}");
    my $e = $s->next;
    is($e->{json}{seq}, $n, "event $n comes by itself, not with others");
}
cmp_ok(time - $began, '<', 2, 'and at once');

my $r = $t->json('POST', $session, {},
    { Host => 'range.example', Origin => 'https://range.example' });
$t->is_problem($r, 403, 'not-allowed',
               'with Host passed on, a page is of the same site');
$r = $t->json('POST', $session, {},
    { Host => 'range.example', Origin => 'https://evil.example' });
$t->is_problem($r, 403, 'cross-site', 'and another site is another');

# --- limits and log go by the client

$t->{port} = $direct;
my @many = map { $t->sse('/api/events',
                         { 'X-Forwarded-For' => '203.0.113.9' }) } 1 .. 64;
$_->head for @many;
$t->is_problem($t->get('/api/events', { 'X-Forwarded-For' => '203.0.113.9' }),
               429, 'too-many', 'a client of the proxy has 64 streams');
is($t->sse('/api/events', { 'X-Forwarded-For' => '203.0.113.10' })->status,
   200, 'each client has its own');
@many = ();

ok($t->wait_for(sub {
    Gmshoot::slurp("$t->{dir}/logs/access.log")
        =~ m{^203\.0\.113\.9 - .*"GET /api/events" 429 }m
}), 'the log names clients, not the proxy');

$t->finish;
