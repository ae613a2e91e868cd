# conf/examples/cors.conf: the page of a named site reads, and commands
# nothing; others may not even read.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Gmshoot;
use Gmshoot::Example qw(example);
use Test::More;

my $t = example('examples/cors.conf');
my ($status, $said) = $t->check;
is($status, 0, 'nginx takes the example') or diag($said);

my $w = $t->worker;
$w->say('lane lane1 aa');
$w->say('burst lane1 1 1 50');
$w->say('frame lane1 1 1000');
$t->start;
$t->link_up;

my $site   = 'https://scores.club.example';
my %from   = (Origin => $site, 'Sec-Fetch-Site' => 'cross-site');
my $events = '/api/lanes/lane1/events';
my $cors   = 'access-control-';

# --- reading

for my $path ('/api/lanes', '/api/lanes/lane1', $events,
              '/api/lanes/lane1/live', '/api/lanes/lane1/frame.jpg') {
    my $h = $t->sse($path, \%from)->head;
    is("$h->{status} " . ($h->{header}{"${cors}allow-origin"} || ''),
       "200 $site", "the named site reads $path");
    ok(!exists $h->{header}{"${cors}allow-credentials"},
       'without credentials');
    is($h->{header}{vary}, 'Origin', 'and no cache mixes it up');
}
my $s = $t->sse($events, \%from);
ok($s->next_of('lane'), 'what streams carry comes too');

for my $origin ('https://evil.example', 'http://scores.club.example',
                'https://scores.club.example.evil.net',
                'https://scores.club.example:444', 'null', '',
                'HTTPS://SCORES.CLUB.EXAMPLE, https://evil.example') {
    my $h = $t->sse($events, { Origin => $origin })->head;
    ok(!grep({ /^$cors(?:allow)/ } keys %{ $h->{header} }),
       "'$origin' is not told that it may");
}

# --- what is refused is told to the site as well

my $r = $t->get('/api/lanes/nobody', \%from);
$t->is_problem($r, 404, 'lane-unknown', 'an unknown lane');
is($r->{header}{"${cors}allow-origin"}, $site, 'the site may read why');
my @many = map { $t->sse('/api/events', \%from) } 1 .. 62;
$_->head for @many;
my @more = map { $t->sse('/api/events', \%from) } 1 .. 3;
my ($refused) = grep { $_->{status} == 429 } map { $_->whole(1) } @more;
is($refused->{header}{"${cors}allow-origin"}, $site,
   'also of what nginx refuses');
is($refused->{header}{'retry-after'}, 1, 'and when to come again');
like($refused->{header}{"${cors}expose-headers"}, qr/\bRetry-After\b/,
     'which its script may see');
@many = @more = ();

# --- asking first

my %ask = (%from, "Access-Control-Request-Method" => 'GET',
           "Access-Control-Request-Headers" => 'last-event-id');
$r = $t->request('OPTIONS', $events, \%ask);
is($r->{status}, 204, 'a browser that asks first is answered');
is($r->{header}{"${cors}allow-origin"}, $site, 'for this site');
is($r->{header}{"${cors}allow-methods"}, 'GET, HEAD', 'it may read');
like($r->{header}{"${cors}allow-headers"}, qr/\bLast-Event-ID\b/,
     'and resume');
is($r->{header}{"${cors}max-age"}, 600, 'and need not ask each time');
ok(!exists $t->get('/api/lanes', \%from)->{header}{"${cors}allow-methods"},
   'who does not ask is not told');

$r = $t->request('OPTIONS', $events, { %ask, Origin => 'https://evil.example' });
$t->is_problem($r, 405, 'method', 'another site is not answered so');
ok(!exists $r->{header}{"${cors}allow-origin"}, 'nor let in');

# --- commanding

for my $header ({ %from, 'Content-Type' => 'application/json' },
                { Origin => $site, 'Content-Type' => 'application/json' },
                { %from, 'Content-Type' => 'text/plain' }) {
    $r = $t->request('POST', '/api/lanes/lane1/session', $header, '{}');
    $t->is_problem($r, 403, 'cross-site',
                   'it commands nothing, whatever the body says it is');
}

$t->finish;
