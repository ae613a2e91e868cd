# Who may do what by the cookie of a device that was let in: on which lane,
# for how long, and never for a page of another site.
use strict;
use warnings;

use Digest::SHA qw(sha256_hex);
use FindBin;
use lib "$FindBin::Bin/../lib";

use Gmshoot;
use Test::More;

# Every role but the viewer's comes from a cookie, unless X-Role says it.
my $t = Gmshoot->new(
    ranges => Gmshoot::range('lane1') . Gmshoot::range('lane10'),
    http => 'map $http_x_role $gmshoot_role '
          . '{ default $http_x_role; "" viewer; }');
my $w = $t->worker;

my %secret = map { $_ => substr(sha256_hex($_), 0, 32) }
    qw(one coach all viewer old);

sub id { return sprintf('%016x', unpack('%32C*', $_[0])); }

sub line {
    my ($name, $role, $lane) = @_;
    return join(' ', id($name), $role, $lane, sha256_hex($secret{$name}));
}

sub cookie {
    my ($text) = @_;
    return { Cookie => "gmshoot_device=$text" };
}

sub as {
    my ($name) = @_;
    return cookie($secret{$name});
}

my @devices = (line('one', 'shooter', 'lane1'), line('coach', 'coach', '*'),
    line('all', 'admin', '*'), line('viewer', 'viewer', '*'));
$w->say('devices ' . join('|', @devices));
$w->say('lane lane1 aa');
$w->say('lane lane10 aa');
$t->start;
$t->link_up;
$w->say('answer 200 {}');

sub status {
    my ($method, $path, $header) = @_;
    return $t->json($method, $path, $method =~ /^P/ ? {} : undef, $header)
        ->{status};
}

# --- what a cookie is worth, where

my @may = (
    # whose, session of its lane, of another, calibration, all lanes, devices
    ['nobody',                   {},             403, 403, 403, 403, 403],
    ['a device of lane1',        as('one'),      200, 403, 403, 403, 403],
    ['a coach',                  as('coach'),    200, 200, 403, 200, 403],
    ['an admin',                 as('all'),      200, 200, 200, 200, 200],
    ['a viewer',                 as('viewer'),   403, 403, 403, 403, 403],
    ['one that was removed',     as('old'),      403, 403, 403, 403, 403],
    ['an empty one',             cookie(''),     403, 403, 403, 403, 403],
    ['the hash, not the secret', cookie(sha256_hex($secret{all})),
                                                 403, 403, 403, 403, 403],
    ['a secret and more',        cookie("$secret{all}0"),
                                                 403, 403, 403, 403, 403],
    ['less than a secret',       cookie(substr($secret{all}, 1)),
                                                 403, 403, 403, 403, 403],
    ['a secret in upper case',   cookie(uc $secret{all}),
                                                 403, 403, 403, 403, 403],
    ['32 zeros',                 cookie('0' x 32), 403, 403, 403, 403, 403],
    ['another name',             { Cookie => "gmshoot=$secret{all}" },
                                                 403, 403, 403, 403, 403],
    ['a cookie among others',    { Cookie =>
        "a=b; gmshoot_device=$secret{all}; c=d" },
                                                 200, 200, 200, 200, 200],
    ['a role and a lower device', { %{ as('one') }, 'X-Role' => 'admin' },
                                                 200, 200, 200, 200, 200],
    ['a role and a higher device', { %{ as('all') }, 'X-Role' => 'shooter' },
                                                 200, 200, 200, 200, 200],
);
for my $case (@may) {
    my ($whose, $header, @status) = @$case;
    is(join(' ', status('POST', '/api/lanes/lane1/session', $header),
            status('POST', '/api/lanes/lane10/session', $header),
            status('POST', '/api/lanes/lane1/calibration', $header),
            status('POST', '/api/range', $header),
            status('GET', '/api/devices', $header)),
       "@status", "what the cookie of $whose is worth");
}

1 while $w->expect(qr/./, 0.01);
status('POST', '/api/lanes/lane1/session', as('one'));
like($w->expect(qr/^ask/), qr/^ask lane1 session\.start role=2 /,
     'the lane hears the role of the device');
status('GET', '/api/lanes/lane10/calibration', as('one'));
like($w->expect(qr/^ask/), qr/^ask lane10 calibration\.get role=0 /,
     'which is none on another lane');

# --- what is passed on, and what comes back

status('PATCH', '/api/devices/0123456789abcdef', as('all'));
like($w->expect(qr/^ask/),
     qr/^ask  devices\.change role=4 .* body=\{"id":"0123456789abcdef"\}\{\}$/,
     'a device is named by the path');

$w->say("secret $secret{one}");
my $r = $t->json('POST', '/api/devices/join', { secret => 'x' });
is("$r->{status} $r->{header}{'set-cookie'}",
   "200 gmshoot_device=$secret{one}; Path=/api/; Max-Age=34560000; HttpOnly; "
   . 'SameSite=Strict', 'a secret becomes a cookie that no script can read');
unlike($r->{body}, qr/\Q$secret{one}/, 'and stands nowhere else');
$w->say("secret $_") for "$secret{one};x";
is($t->json('POST', '/api/devices/join', {})->{status}, 500,
   'what is no secret becomes no cookie');
$w->say('secret ');

# --- the token of a session: the lane says what it is worth, where a shooter may

my $token = { Cookie => "gmshoot_session=$secret{old}" };
my $hash = sha256_hex($secret{old});
for my $case (['POST', 'session', 'session.start'],
    ['PATCH', 'sessions/a', 'session.change'], ['POST', 'rounds', 'round']) {
    my ($method, $path, $verb) = @$case;
    1 while $w->expect(qr/./, 0.01);
    is(status($method, "/api/lanes/lane1/$path", $token), 200,
       "$verb is for the lane to refuse");
    like($w->expect(qr/^ask/), qr/^ask lane1 \Q$verb\E role=0 token=$hash /,
         'which gets the hash of the token, and no role');
}
status('POST', '/api/lanes/lane1/rounds', { 'X-Role' => 'coach', %$token });
like($w->expect(qr/^ask.* round /), qr/ role=3 key=/,
     'a role needs no token');
for my $case (['POST', 'lanes/lane1/calibration'], ['POST', 'range'],
    ['POST', 'shooters'], ['PATCH', 'sessions/lane1-1-1'],
    ['GET', 'devices'], ['GET', 'lanes/lane1/complaints']) {
    my ($method, $path) = @$case;
    is(status($method, "/api/$path", $token), 403,
       "no token is worth anything for $method $path");
}
is(status('POST', '/api/lanes/lane1/session',
          { Cookie => 'gmshoot_session=none' }), 403,
   'what is no secret is no token');
is(status('POST', '/api/lanes/lane1/session',
          { %$token, Origin => 'http://evil.example' }), 403,
   'nor is one for a page of another site');

# --- cross-site: the cookie comes along, the page does not matter

for my $name (qw(one all)) {
    for my $header ({ Origin => 'http://evil.example' }, { Origin => 'null' },
        { 'Sec-Fetch-Site' => 'cross-site' },
        { 'Sec-Fetch-Site' => 'same-site' }) {
        $t->is_problem($t->json('POST', '/api/lanes/lane1/session', {},
                { %{ as($name) }, %$header }),
            403, 'cross-site', "a page of another site by @{[ %$header ]}");
    }
    $t->is_problem($t->request('POST', '/api/lanes/lane1/session',
            { %{ as($name) }, 'Content-Type' => 'text/plain' }, '{}'),
        415, 'media-type', 'nor by what a form can send');
}

# --- when it was there

$w->say('devices ' . $devices[0]);
status('GET', '/api/lanes/lane1', as('one'));
is($w->expect(qr/^seen/), 'seen ' . id('one'),
   'the worker hears that a device is there');
status('GET', '/api/lanes/lane1', as('one'));
ok(!$w->expect(qr/^seen/, 0.05), 'but not with each of its requests');

# --- a device that is removed

is(status('POST', '/api/lanes/lane1/session', as('one')), 200,
   'a device may');
my $slow = Gmshoot::Stream->new($t->{port}, 'POST',
    '/api/lanes/lane1/session', { %{ as('one') },
    'Content-Type' => 'application/json', 'Content-Length' => 2 });
$w->say('devices ');
ok($t->wait_for(sub {
    status('POST', '/api/lanes/lane1/session', as('one')) == 403 }),
    'until it is removed');
$slow->put('{}');
$t->is_problem($slow->whole, 403, 'not-allowed',
    'also when it had begun to say something');
$slow->close;

# --- what it has open when it is removed

my ($good, $other) = map { substr(sha256_hex($_), 0, 32) } 'good', 'other';
my $phone = { Cookie => "gmshoot_session=$good" };

# Streams and pictures of one kind of client; those that are left of them.
sub opened {
    my ($header, @path) = @_;
    my @s = map { $t->sse("/api/$_", $header) } @path;
    $_->head for @s;
    return @s;
}
sub left { return scalar grep { !$_->ended(0.1) } @_; }

my @kinds = qw(events lanes/lane1/events lanes/lane1/live lanes/lane10/events);
$w->say('burst lane1 1 1 50');
$w->say('devices ' . join('|', @devices));
$w->say('grants lane1 ' . join(' ', map { sha256_hex($_) } $good, $other));
ok($t->wait_for(sub {
    status('POST', '/api/lanes/lane10/session', as('coach')) == 200 }),
   'devices are back');
my @one = opened(as('one'), @kinds);
my @coach = opened(as('coach'), @kinds);
my @nobody = opened({}, @kinds);
my @phone = opened($phone, @kinds[1, 2]);
my @two = opened({ Cookie => "gmshoot_session=$other" }, @kinds[1, 2]);
my @none = opened({ Cookie => 'gmshoot_session=' . 'f' x 32 }, @kinds[1, 2]);
my @both = opened({ Cookie => as('coach')->{Cookie} . '; ' . $phone->{Cookie} },
    @kinds[1, 2]);

# a device that is called otherwise is the same
$w->say('devices ' . join('|', reverse @devices));
$w->say('grants lane10');
$w->say('event lane1 2 shot {"lane":"lane1","seq":2}');
ok($one[1]->next_of('shot', 5), 'the list may be sent anew');
is(left(@one, @phone), 6, 'nobody has to go');

$w->say('devices ' . join('|', @devices[1 .. 3]));
ok($_->ended(5), 'a device that is removed loses all that it has open') for @one;
is(left(@coach, @nobody, @phone, @two, @none, @both), 16, 'and nobody else');

$w->say('grants lane1 ' . sha256_hex($other));
ok($_->ended(5), 'so does who holds a token that is good no more')
    for @phone, @both;
is(left(@coach, @nobody, @two, @none), 12, 'and nobody else');
ok(opened($phone, $kinds[1]), 'who may look on still');
$w->say('grants lane1');
ok($_->ended(5), 'at the end of all sessions all tokens are') for @two;
$w->say('devices x');
ok($_->ended(5), 'devices that cannot be read are none') for @coach;
is(left(@nobody, @none), 6, 'those without any stay to the last');
@one = @coach = @nobody = @phone = @two = @none = @both = ();

# --- the list itself

for my $bad ('x', 'x' x 1000, "$devices[2]|x", "$devices[2] more") {
    $w->say("devices $devices[2]");
    $t->wait_for(sub { status('GET', '/api/devices', as('all')) == 200 });
    $w->say("devices $bad");
    ok($t->wait_for(sub {
        status('GET', '/api/devices', as('all')) == 403 }),
        'a list that is not understood lets nobody in');
}

$w->say("devices $devices[2]");
$t->wait_for(sub { status('GET', '/api/devices', as('all')) == 200 });
$w->kill9;
$t->wait_for(sub { $t->get_json('/api/lanes')->{link} eq 'down' });
is(status('GET', '/api/devices', as('all')), 503,
   'without the worker a device is who it was');
is(status('GET', '/api/devices', as('old')), 503,
   'and nobody knows whether another was let in');
is(status('GET', '/api/devices', {}), 403, 'who shows nothing was not');
$w->run;
$w->say('devices ' . join('|', @devices[0, 1]));
$t->link_up;
is(status('GET', '/api/devices', as('all')), 403,
   'until a new one says otherwise');
$w->say('answer 200 {}');
$w->say('lane lane1 aa');
$t->reload;
$t->link_up;
ok($t->wait_for(sub {
    status('POST', '/api/lanes/lane1/session', as('one')) == 200 }),
    'a reload knows who was let in');

unlike($t->log_text, qr/$_/, 'no secret is in the log')
    for values %secret;

$t->finish;
