# Commands: what reaches the worker, what is refused before, what comes back.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Gmshoot;
use Test::More;
use Time::HiRes qw(time sleep);

my $t = Gmshoot->new(
    http => 'map $http_x_role $role { default $http_x_role; "" viewer; }',
    server => 'location = /api/lanes/lane1/session {'
            . ' gmshoot_api role=$role; client_body_buffer_size 1k; }'
            . ' location = /api/lanes/lane1/calibration {'
            . ' gmshoot_api role=$role; }');
my $w = $t->worker;
$w->say('lane lane1 aa');
$t->start;

my $session     = '/api/lanes/lane1/session';
my $calibration = '/api/lanes/lane1/calibration';
my %admin       = ('X-Role' => 'admin');

$t->link_up;

# --- what reaches the worker

$w->say('answer 201 {"session":"s1","n":0}');
my $r = $t->json('POST', $session, { shooter => 'guest' },
                 { 'X-Role' => 'shooter', 'Idempotency-Key' => 'k-1' });
my $ask = $w->expect(qr/^ask/);
like($ask, qr/^ask lane1 session\.start role=2 key=k-1 /,
     'a command arrives with lane, verb, role and key');
like($ask, qr/ body=\{"shooter":"guest"\}$/, 'and its body');
like($ask, qr/ request=[0-9a-f]{32} /, 'and the id of the request');
like($ask, qr/ wait=(?:9[89]\d\d|10000) /,
     'it has ten seconds, to find the target in');
is("$r->{status} $r->{json}{session}", '201 s1', 'the answer comes back');
is($r->{header}{'content-type'}, 'application/json', 'as JSON');

my @verbs = (
    [PATCH  => $session,     'session.change',   10000],
    [DELETE => $session,     'session.end',      3000],
    [GET    => $calibration, 'calibration.get',  3000],
    [POST   => $calibration, 'calibration.find', 10_000],
    [PUT    => $calibration, 'calibration.set',  3000],
);
$w->say('answer 200 {}');
for my $case (@verbs) {
    my ($method, $path, $verb, $wait) = @$case;
    my $body = $method =~ /^P/ ? {} : undef;
    $r = $t->json($method, $path, $body, \%admin);
    is($r->{status}, 200, "$method $path is answered");
    $ask = $w->expect(qr/^ask/);
    like($ask, qr/^ask lane1 \Q$verb\E role=4 key= /, "it is $verb");
    my ($ms) = $ask =~ / wait=(\d+)/;
    ok($ms > $wait - 300 && $ms <= $wait, "and has $wait ms");
}

$r = $t->request('POST', $session, \%admin);
is($r->{status}, 200, 'a command whose body may be missing needs no type');
like($w->expect(qr/^ask/), qr/ size=0 /, 'its body is empty then');

# Parameters are the body of what is only asked for.
my @queries = (
    ['', '{}'],
    ['gun=pistol&hand=left', '{"gun":"pistol","hand":"left"}'],
    ['click=0.25moa&&level=', '{"click":"0.25moa","level":""}'],
    ['a%26b=%22c%5C%0A&d', '{"a&b":"\\"c\\\\\\n","d":""}'],
    ['a=b=c', '{"a":"b=c"}'],
);
for my $case (@queries) {
    my ($query, $body) = @$case;
    $t->request('GET', '/api/lanes/lane1/advice?' . $query, \%admin);
    like($w->expect(qr/^ask/), qr/ advice\.get .* body=\Q$body\E$/,
         "\"$query\" becomes a body");
}
$t->is_problem($t->request('GET', '/api/lanes/lane1/advice?' . 'a' x 1025),
               414, 'bad-request', 'parameters have a limit');

$t->request('GET', '/api/drills', \%admin);
like($w->expect(qr/^ask/), qr/^ask lane1 drills\.get /,
     'what every lane knows is asked of one');

# What the path says comes first, so that it counts.
for (['{"active":true}', '{"session":"lane1-a-1","active":true}'],
     [" \n{ \"active\":true}", '{"session":"lane1-a-1","active":true}'],
     ['{}', '{"session":"lane1-a-1"}'], ['', '{"session":"lane1-a-1"}'],
     ['[1]', '[1]'], ['{', '{'], ['{"session":"x"}',
      '{"session":"lane1-a-1","session":"x"}']) {
    my ($given, $arrives) = @$_;
    $r = $t->request('PATCH', '/api/lanes/lane1/sessions/lane1-a-1',
        { %admin, 'Content-Type' => 'application/json' }, $given);
    like($w->expect(qr/^ask/), qr/ session\.change .* body=\Q$arrives\E$/,
         "the path's session goes before " . ($given =~ s/\s//gr));
}

# --- answers

$w->say('answer 409 {"type":"/docs/problems#session-open","title":"A session '
      . 'is open","status":409}');
$r = $t->json('POST', $session, {}, \%admin);
$t->is_problem($r, 409, 'session-open', 'a refusal is a problem document');

$w->say('answer 503 {"type":"/docs/problems#lane-down","status":503}');
$r = $t->json('POST', $session, {}, \%admin);
is($r->{header}{'retry-after'}, 1, 'a lane that is down may be up soon');

$w->say('answer 99 {}');
$t->is_problem($t->json('POST', $session, {}, \%admin), 502, 'worker-answer',
               'a status that is none becomes a problem');

$w->say('answer 200 ' . '"' . 'z' x 4000 . '"');
$r = $t->json('GET', $calibration, undef, \%admin);
is(length $r->{body}, 4003, 'a long answer comes whole');

# --- which version is meant

$w->say('answer 200 {}');
for (['"7"', '7'], ['"18446744073709551615"', '18446744073709551615'],
     ['7', '18446744073709551615'], ['W/"7"', '18446744073709551615'],
     ['"x"', '18446744073709551615'], ['""', '18446744073709551615'],
     ['"7", "8"', '18446744073709551615'], ['*', '']) {
    my ($tag, $version) = @$_;
    $r = $t->json('PUT', $calibration, {}, { %admin, 'If-Match' => $tag });
    is($r->{status}, 200, "the lane decides about If-Match: $tag, not nginx");
    like($w->expect(qr/^ask/), $version eq '' ? qr/^(?!.* version=)/
         : qr/ version=$version /, 'and hears of it as ' . ($version || 'none'));
}

# --- roles

$w->say('answer 200 {}');
my @may = (
    # role, GET calibration, POST session, POST calibration
    ['',        200, 403, 403],
    ['viewer',  200, 403, 403],
    ['shooter', 200, 200, 403],
    ['coach',   200, 200, 403],
    ['admin',   200, 200, 200],
    ['root',    200, 403, 403],
    ['ADMIN',   200, 403, 403],
    ['admin ',  200, 200, 200],    # blanks round a header's value are none
    ['admin x', 200, 403, 403],
);
for my $case (@may) {
    my ($role, @status) = @$case;
    my @h = ({ 'X-Role' => $role });
    is(join(' ', $t->json('GET', $calibration, undef, @h)->{status},
            $t->json('POST', $session, {}, @h)->{status},
            $t->json('POST', $calibration, {}, @h)->{status}),
       "@status", qq{what role "$role" may});
}
$t->is_problem($t->json('POST', $session, {}, { 'X-Role' => 'viewer' }), 403,
               'not-allowed', 'a role that is too low is told so');

# --- the role without configuration: who sits at the machine

my $own = '/api/lanes/lane2/session';
$w->say('lane lane2 1');
$t->wait_for(sub { $t->get('/api/lanes/lane2')->{status} != 404 });
my @local = (
    ['localhost',             200, {}],
    ['127.0.0.1',             200, { Host => '127.0.0.1' }],
    ['127.0.0.1 with a port', 200, { Host => "127.0.0.1:$t->{port}" }],
    ['[::1]',                 200, { Host => '[::1]' }],
    ['another name, rebound', 403, { Host => 'evil.example' }],
    ['a name that begins so', 403, { Host => 'localhost.evil.example' }],
    ['a proxy, Forwarded',    403, { Forwarded => 'for=10.0.0.1' }],
    ['a proxy, X-Forwarded-For', 403, { 'X-Forwarded-For' => '10.0.0.1' }],
    ['a proxy, Via',          403, { Via => '1.1 proxy' }],
);
for my $case (@local) {
    my ($what, $status, $header) = @$case;
    is($t->json('POST', $own, {}, $header)->{status}, $status,
       "from this machine by $what: $status");
}

# --- other sites

my @site = (
    ['the page itself',  200, { 'Sec-Fetch-Site' => 'same-origin' }],
    ['the address line', 200, { 'Sec-Fetch-Site' => 'none' }],
    ['another site',     403, { 'Sec-Fetch-Site' => 'cross-site' }],
    ['a sister site',    403, { 'Sec-Fetch-Site' => 'same-site' }],
    ['its own origin',   200, { Origin => 'http://localhost' }],
    ['its own origin, upper case', 200, { Origin => 'http://LOCALHOST' }],
    ['another origin',   403, { Origin => 'http://evil.example' }],
    ['another port',     403, { Origin => 'http://localhost:81' }],
    ['an origin that begins alike', 403,
        { Origin => 'http://localhost.evil.example' }],
    ['no origin at all', 403, { Origin => 'null' }],
    ['an empty origin',  403, { Origin => '' }],
);
for my $case (@site) {
    my ($what, $status, $header) = @$case;
    is($t->json('POST', $session, {}, { %admin, %$header })->{status},
       $status, "a command from $what: $status");
}
$t->is_problem($t->json('POST', $session, {},
                        { %admin, Origin => 'http://evil.example' }),
               403, 'cross-site', 'another site is told so');
is($t->json('GET', $calibration, undef,
            { Origin => 'http://evil.example' })->{status}, 200,
   'reading is not commanding');

# --- bodies

$t->is_problem($t->request('POST', $session,
                   { %admin, 'Content-Type' => 'text/plain' }, '{}'),
               415, 'media-type', 'a body of another type is refused');
$t->is_problem($t->request('POST', $session, \%admin, '{}'),
               415, 'media-type', 'so is one of no type');
is($t->request('POST', $session, { %admin,
       'Content-Type' => 'Application/JSON; charset=utf-8' }, '{}')->{status},
   200, 'a charset may stand behind the type');
$t->is_problem($t->request('DELETE', $session,
                   { %admin, 'Content-Type' => 'application/json' }, '{}'),
               400, 'body-unexpected', 'a command without a body has none');

for my $size (1, 1000, 5000, 64 * 1024) {
    1 while $w->expect(qr/./, 0.01);
    $r = $t->request('POST', $session,
        { %admin, 'Content-Type' => 'application/json' }, 'b' x $size);
    is($r->{status}, 200, "a body of $size bytes is taken");
    like($w->expect(qr/^ask/), qr/ size=$size body=b/, 'and arrives');
}
$t->is_problem($t->request('POST', $session,
                   { %admin, 'Content-Type' => 'application/json' },
                   'b' x (64 * 1024 + 1)),
               413, 'body-too-large', 'one byte more is too much');

my $chunks = join('', map { sprintf("%x\r\n%s\r\n", 8192, 'c' x 8192) }
                      1 .. 4) . "0\r\n\r\n";
1 while $w->expect(qr/./, 0.01);
$r = $t->request('POST', $session,
    { %admin, 'Content-Type' => 'application/json',
      'Transfer-Encoding' => 'chunked' }, $chunks);
is($r->{status}, 200, 'a body in chunks is taken');
like($w->expect(qr/^ask/), qr/ size=32768 body=c/, 'and put together');

$chunks = join('', map { sprintf("%x\r\n%s\r\n", 8192, 'c' x 8192) } 1 .. 9)
    . "0\r\n\r\n";
$t->is_problem($t->request('POST', $session,
                   { %admin, 'Content-Type' => 'application/json',
                     'Transfer-Encoding' => 'chunked' }, $chunks),
               413, 'body-too-large', 'its size is counted');
$t->is_problem($t->request('POST', $session,
                   { %admin, 'Content-Type' => 'application/json' },
                   "{\"shooter\":\"\0\"}"),
               400, 'not-json', 'a byte of zero is refused, for it would break '
               . 'the link');
is($t->get_json('/api/lanes')->{link}, 'up', 'which stays');

# --- keys

for my $case (['k' x 79, 200], ['k' x 80, 422], ["a b", 422],
              ["\x{e9}", 422], ['', 422]) {
    my ($key, $status) = @$case;
    $r = $t->json('POST', $session, {},
                  { %admin, 'Idempotency-Key' => $key });
    is($r->{status}, $status, 'a key of ' . length($key) . ' characters '
       . "such as '" . substr($key, 0, 3) . "': $status");
}
$t->is_problem($r, 422, 'idempotency-key', 'a bad one is told so');

# --- the connection stays

my $keep = Gmshoot::Stream->new($t->{port}, 'POST', $session,
    { %admin, 'Content-Type' => 'text/plain', Connection => 'keep-alive' },
    'x' x 3000);
is($keep->whole->{status}, 415, 'after a refusal');
delete @$keep{qw(head text last)};
$keep->{text} = '';
$keep->put("GET $calibration HTTP/1.1\r\nHost: localhost\r\n"
         . "Connection: close\r\n\r\n");
is($keep->whole->{status}, 200, 'the same connection takes the next request');

# --- a worker that is late, or gone

$w->say('answer none');
my $began = time;
$r = $t->json('DELETE', $session, undef, \%admin);
my $took = time - $began;
$t->is_problem($r, 504, 'deadline', 'a worker that is late is not waited for');
ok($took > 2.9 && $took < 4, sprintf('longer than its deadline: %.2f s',
                                     $took));
$w->say('late');
is($t->get('/api/lanes')->{status}, 200, 'an answer that comes later is lost');

my $gone = $t->sse($calibration);
$w->expect(qr/^ask/);
$gone->close;
sleep(0.1);
$w->say('late');
is($t->get('/api/lanes')->{status}, 200, 'so is one whose client has gone');

my @asks = map { $t->sse($calibration) } 1 .. 5;
$w->expect(qr/^ask/) for @asks;
$began = time;
$w->kill9;
$t->is_problem($_->whole, 503, 'worker-down',
               'who waits for a worker that dies is told so') for @asks;
cmp_ok(time - $began, '<', 1, 'at once');

$r = $t->json('POST', $session, {}, \%admin);
$t->is_problem($r, 503, 'worker-down', 'so is who comes after');
is($r->{header}{'retry-after'}, 1, 'and when to try again');

$t->is_problem($t->json('POST', '/api/lanes/nobody/session', {}, \%admin),
               404, 'lane-unknown', 'an unknown lane takes no command');

# --- leaving in the middle of a command

$w->run;
$w->say('answer none');
$w->say('lane lane1 aa');
$t->link_up;
my $waiting = $t->sse($calibration);
$w->expect(qr/^ask/);
$t->reload;
$w->say('late');
is($waiting->whole->{status}, 200,
   'a reload lets a command end that is under way');

$t->finish;
