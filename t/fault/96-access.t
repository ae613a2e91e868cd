#!/usr/bin/perl

# Who is let in, with the real worker: a link opens once, its device commands
# its lane and no other, is there after restarts and gone when it is removed;
# no secret is anywhere but where it was given; another site changes nothing,
# whatever comes along.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use JSON::PP;
use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(grey_jpeg);

# Nobody is anybody but by X-Role or a cookie.
my $t = Gmshoot->new(
    http => 'map $http_x_role $gmshoot_role '
          . '{ default $http_x_role; "" viewer; } '
          . q(log_format all '$request $args $http_referer $status '
          . '$gmshoot_role $sent_http_location';));
$t->write_conf(http => $t->{http},
    server => "access_log $t->{dir}/logs/access.log all; "
            . "root $Gmshoot::repo/html;");
for my $lane (qw(lane1 lane2)) {
    mkdir("$t->{dir}/$lane");
    $t->put("$lane/1.jpg", grey_jpeg(320, 240, 0));
}
$t->write_conf(ranges => join('', map {
    Gmshoot::range($_, camera => "clip:$t->{dir}/$_ fps=5",
        target => 'nra-a17-card', caliber => '5.6mm') } qw(lane1 lane2)));
my $w = Gmshoot::Real->new($t);
$t->start;

my %admin = ('X-Role' => 'admin');
my @secrets;

sub as {
    my ($cookie) = @_;
    return { Cookie => $cookie };
}

# The cookie that an answer gives, to be sent back.
sub cookie_of {
    my ($r) = @_;
    my ($cookie) = ($r->{header}{'set-cookie'} || '') =~ /^(\w+=\w+);/;
    push @secrets, $cookie =~ /=(.*)/ if $cookie;
    return $cookie;
}

sub ready {
    return $t->wait_for(sub {
        my %up = map { $_->{name} => $_->{process} }
            @{ $t->get_json('/api/lanes')->{lanes} || [] };
        return ($up{lane1} || '') eq 'up' && ($up{lane2} || '') eq 'up'
            && (($w->state('lane1')->{camera} || {})->{state} || '') eq 'ok';
    }, 'the lanes');
}

sub wish {
    my ($lane, $header) = @_;
    return $t->json('POST', "/api/lanes/$lane/paper", { paper => 'new' },
                    $header)->{status};
}

ready();

# --- an invitation

is_deeply($t->json('GET', '/api/devices', undef, \%admin)->{json},
          { devices => [] }, 'nobody was let in yet');

my @wrong = (
    [{}, '/name'],
    [{ name => '' }, '/name'],
    [{ name => 'x' x 64 }, '/name'],
    [{ name => "a\nb" }, '/name'],
    [{ name => 7 }, '/name'],
    [{ name => 'A', lane => 'lane3' }, '/lane'],
    [{ name => 'A', lane => 1 }, '/lane'],
    [{ name => 'A', role => 'king' }, '/role'],
    [{ name => 'A', role => ['admin'] }, '/role'],
    [{ name => 'A', address => 'range.local' }, '/address'],
    [{ name => 'A', address => 'javascript:alert(1)' }, '/address'],
    [{ name => 'A', address => 'http://a"b' }, '/address'],
    [{ name => 'A', address => 'http://' . 'a' x 200 }, '/address'],
    [{ name => 'A', colour => 'red' }, '/colour'],
);
for my $case (@wrong) {
    my ($body, $pointer) = @$case;
    my $r = $t->json('POST', '/api/devices', $body, \%admin);
    is("$r->{status} $r->{json}{errors}[0]{pointer}", "422 $pointer",
       'a device is refused: ' . encode_json($body));
}
$t->is_problem($t->json('POST', '/api/devices', [], \%admin), 400, 'not-json',
               'so is what is no object');
for my $header ({}, { 'X-Role' => 'coach' }) {
    $t->is_problem($t->json('POST', '/api/devices', { name => 'A' }, $header),
                   403, 'not-allowed', 'only an admin invites');
}

sub invite {
    my ($what) = @_;

    my $r = $t->json('POST', '/api/devices',
        { name => 'Tablet', address => 'http://range.local:8080/', %$what },
        \%admin);
    my ($secret) = ($r->{json}{link} || '') =~ /#([0-9a-f]{32})$/;
    push @secrets, $secret if $secret;
    return ($r, $secret);
}

sub join_by {
    my ($secret) = @_;
    return $t->json('POST', '/api/devices/join', { secret => $secret });
}

my ($r, $link) = invite({ lane => 'lane1' });
is($r->{status}, 201, 'a device is invited');
is($r->{json}{link}, "http://range.local:8080/join.html#$link",
   'by a link whose secret is no part of a request');
like($r->{json}{qr_svg}, qr/^<svg .*<\/svg>$/s, 'and a code to scan');
my $device = $r->{json}{device};
is("$device->{name} $device->{lane} $device->{role} $device->{joined}",
   'Tablet lane1 shooter 0', 'as was said; a shooter unless more is said');

# --- who looks at a link before people do

$t->get('/join.html') for 1 .. 3;
is($t->get('/join.html')->{status}, 200, 'the link leads to a page');
$r = $t->request('GET', '/api/devices/join');
is($r->{status}, 405, 'nothing is spent by looking');
$t->is_problem($t->request('POST', '/api/devices/join', {}),
               422, 'invalid-field', 'nor by saying nothing');
$t->is_problem(join_by(substr($link, 1) . '0'), 403, 'device-link',
               'another secret lets nobody in');
is(wish('lane1', as("gmshoot_device=$link")), 403,
   'nor does the secret of the link as a cookie');

# --- a device

$r = join_by($link);
is("$r->{status} $r->{json}{lane}", '200 lane1', 'a link lets in');
my $one = cookie_of($r);
ok($one, 'by a cookie');
is(wish('lane1', as($one)), 200, 'which commands its lane');
is(wish('lane2', as($one)), 403, 'and no other');
$t->is_problem(join_by($link), 403, 'device-link', 'once');

my $list = $t->json('GET', '/api/devices', undef, \%admin)->{json}{devices};
is(scalar(@$list), 1, 'the admin sees it');
is($list->[0]{link_until_us}, undef, 'without its link');
cmp_ok($list->[0]{last_seen_us} / 1e6, '>', time - 60, 'and when it was here');

$r = $t->json('PATCH', "/api/devices/$device->{id}", { name => 'Left' },
              \%admin);
is("$r->{status} $r->{json}{name}", '200 Left', 'it can be called otherwise');
is($t->json('PATCH', "/api/devices/$device->{id}", { role => 'admin' },
            \%admin)->{json}{errors}[0]{pointer}, '/role',
   'but becomes no other');
$t->is_problem($t->json('PATCH', '/api/devices/none', { name => 'B' },
                        \%admin), 404, 'device-unknown',
               'there must be one to be called otherwise');
(undef, my $second) = invite({ name => 'Right', role => 'admin' });
$t->is_problem($t->json('PATCH', "/api/devices/$device->{id}",
                        { name => 'Right' }, \%admin), 409, 'device-exists',
               'no two are called alike');
my $two = cookie_of(join_by($second));
$r = (invite({ name => 'Left' }))[0];
my $refusal = $t->is_problem($r, 409, 'device-exists',
                             'nor are they invited so');
like($w->log_text, qr/"command refused",.*"req_id":"$refusal->{request_id}"/,
     "which the worker's log says by the id of the request");
is($t->json('GET', '/api/devices', undef, as($two))->{status}, 200,
   'an admin by his device');

# --- restarts

$w->kill9;
$w->start;
ready();
ok($t->wait_for(sub { wish('lane1', as($one)) == 200 }, 'the device'),
   'a worker that starts again knows its devices');
is(wish('lane2', as($one)), 403, 'and what they may');
$t->stop;
$t->start;
ready();
is(wish('lane1', as($one)), 200, 'so does nginx');

# --- another site, by every credential there is

my $doc = decode_json(Gmshoot::slurp("$Gmshoot::repo/html/openapi.json"));
my %who = ('a role' => \%admin, 'a device' => as($two));
my $routes = 0;
for my $path (sort keys %{ $doc->{paths} }) {
    for my $method (grep { /^(?:post|put|patch|delete)$/ }
                    keys %{ $doc->{paths}{$path} }) {
        my $url = $path =~ s/\{lane\}/lane1/r =~ s/\{session\}/lane1-1-1/r
            =~ s/\{\w+\}/1/gr;
        my @got = map { my $who = $_; map {
            my $p = $t->json(uc $method, $url,
                $method eq 'delete' ? undef : {}, { %{ $who{$who} }, %$_ });
            my $said = "$p->{status} " . ($p->{json}{type} || '');
            $said eq '403 /docs/problems#cross-site' ? () : "$who: $said";
        } ({ Origin => 'http://evil.example' }, { 'Sec-Fetch-Site' => 'cross-site' })
        } sort keys %who;
        is("@got", '', uc($method) . " $path is not done for another site");
        $routes++;
    }
}
cmp_ok($routes, '>', 20, 'that is every one of them');

# --- gone

my @of_one = map { $t->sse($_, as($one)) } '/api/lanes/lane1/events',
    '/api/lanes/lane1/live', '/api/events', '/api/lanes/lane2/events';
my @of_others = map { $t->sse('/api/lanes/lane1/events', $_) } as($two), {};
$_->head for @of_one, @of_others;
is($t->json('DELETE', "/api/devices/$device->{id}", undef, as($two))
   ->{status}, 204, 'a device is removed');
ok($_->ended(5), 'what it had open ends') for @of_one;
ok(!$_->ended(0.1), 'what others have does not') for @of_others;
is(wish('lane1', as($one)), 403, 'at once');
$t->is_problem($t->json('DELETE', "/api/devices/$device->{id}", undef,
                        as($two)), 404, 'device-unknown', 'once');
$w->kill9;
$w->start;
ready();
is(wish('lane1', as($one)), 403, 'for ever');

# --- a session

my (undef, $third) = invite({ name => 'Tablet 1', lane => 'lane1' });
my $tablet = as(cookie_of(join_by($third)));
my $at = '/api/lanes/lane1';
my $events = $t->sse("$at/events");
$events->next(5);

sub change {
    my ($header, $body, $session) = @_;
    return $t->json('PATCH',
        $session ? "$at/sessions/$session" : "$at/session",
        $body || { state => 'paused' }, $header);
}

sub refused {
    my ($r, $type, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return $t->is_problem($r, 403, $type, $name);
}

my %key = ('Idempotency-Key' => 'start-1');
$r = $t->json('POST', "$at/session", { nickname => 'anna' },
              { %$tablet, %key });
is($r->{status}, 201, 'a session starts on the tablet');
my $anna = $r->{json}{session};
my $code = $r->{json}{code};
like($code, qr/^[2-9A-HJ-NP-Z]{6}$/, 'with a code');
cmp_ok($r->{json}{code_until_us} / 1e6, '>', time + 500, 'good for a while');
like($r->{header}{'set-cookie'}, qr{^gmshoot_session=[0-9a-f]{32};
     \ Path=/api/lanes/lane1;\ Max-Age=86400;\ HttpOnly;\ SameSite=Strict$}x,
     'and a token, as a cookie of its lane');
my $starter = as(cookie_of($r));
unlike($r->{body}, qr/\Q$secrets[-1]/, 'which stands nowhere else');

$r = $t->json('POST', "$at/session", { nickname => 'anna' },
              { %$tablet, %key });
is("$r->{status} $r->{json}{session} $r->{json}{code}", "201 $anna $code",
   'the same start again is the same session');
is($r->{header}{'set-cookie'}, undef, 'without a token: it may be anybody');

refused(change({}), 'not-allowed', 'who only looks on commands nothing');
is(change($starter)->{status}, 200, 'who started it does, by its token');
is(change($starter, { state => 'live' })->{json}{session}, $anna, 'again');
refused(change(as('gmshoot_session=' . '0' x 32)), 'session-token',
        'another token is none');
refused(change(as("gmshoot_session=$secrets[0]")), 'session-token',
        'nor is the secret of a device');
refused(change(as($starter->{Cookie} =~ s/session/device/r)), 'not-allowed',
        'nor is a token the secret of one');

# --- a phone

refused($t->json('POST', "$at/join", { code => 'AAAAAA' }), 'join-code',
        'a wrong code joins nothing');
is($t->json('POST', "$at/join", {})->{status}, 422, 'nor does none');
refused($t->json('POST', '/api/lanes/lane2/join', { code => $code }),
        'join-code', 'nor does a code of another lane');
$r = $t->json('POST', "$at/join", { code => lc substr($code, 0, 3) . ' '
                                          . substr($code, 3) });
is("$r->{status} $r->{json}{session}", "200 $anna",
   'a phone joins by the code, however it is typed');
my $phone = as(cookie_of($r));
isnt($phone->{Cookie}, $starter->{Cookie}, 'and gets a token of its own');
refused($t->json('POST', "$at/join", { code => $code }), 'join-code',
        'a code is good once');
is(change($phone)->{status}, 200, 'the phone commands the session');
is($t->json('POST', "$at/rounds", undef, $phone)->{status}, 200, 'its rounds');
is($t->get_json("$at/access")->{role}, 'viewer', 'it can be asked who one is');
is_deeply($t->json('GET', "$at/access", undef, $phone)->{json},
          { role => 'viewer', session => $anna }, 'and in which session');
is($t->json('GET', "$at/access", undef, $tablet)->{json}{role}, 'shooter',
   'also a tablet');
refused($t->json('PATCH', '/api/lanes/lane2/session', { state => 'paused' },
                 $phone), 'session-token', 'on another lane it is none');
refused($t->json('POST', "$at/sessions", {}, $phone), 'not-allowed',
        'it starts no session');
refused($t->json('POST', "$at/calibration", {}, $phone), 'not-allowed',
        'calibrates nothing');
refused($t->json('POST', '/api/range', { range => 'cold' }, $phone),
        'not-allowed', 'and says nothing of the range');
refused($t->json('POST', "$at/session", {}, { %$phone,
        'Sec-Fetch-Site' => 'cross-site' }), 'cross-site',
        'nor for another site');

# --- another session on the lane

$r = $t->json('POST', "$at/sessions", { nickname => 'bob' }, $tablet);
my $bob = $r->{json}{session};
my $other = as(cookie_of($r));
refused(change($phone), 'not-allowed', 'it leaves alone who shoots now');
refused(change($phone, undef, $bob), 'not-allowed', 'also by his name');
refused($t->json('DELETE', "$at/session", undef, $phone), 'not-allowed',
        'ends nothing of his');
refused($t->json('POST', "$at/paper", { paper => 'new' }, $phone),
        'not-allowed', 'nor his paper');
refused(change($phone, { active => JSON::PP::true }, $anna), 'not-allowed',
        'and takes the lane from nobody');
refused($t->json('POST', "$at/paper",
                 { session => $anna, paper => 'new' }, $other), 'not-allowed',
        'whatever it says');
is(change($phone, { state => 'live' }, $anna)->{status}, 200,
   'its own is its own');

# --- restarts

my $bob_code = $t->json('POST', "$at/code", {}, $other)->{json}{code};
$w->kill9;
$w->start;
ready();
is(change($phone, { state => 'paused' }, $anna)->{status}, 200,
   'a lane that starts again knows its tokens');
refused($t->json('POST', "$at/join", { code => $bob_code }), 'join-code',
        'but no code');

my $again = $t->sse("$at/events",
    { 'Last-Event-ID' => $anna =~ s/^lane1-//r });
my $filled = '';
while (my $e = $again->next(5)) {
    $filled .= $e->{data} // '';
    last if $filled =~ /"state":"started","session":"\Q$bob"/;
}
$again->close;
like($filled, qr/"state":"joined".*"state":"started"/s,
     'its new ring has what was');

# --- guessing

$bob_code = $t->json('POST', "$at/code", {}, $tablet)->{json}{code};
$t->json('POST', "$at/join", { code => 'BBBBBB' }) for 1 .. 9;
is($t->json('POST', "$at/code", {}, $other)->{json}{code}, $bob_code,
   'nine wrong codes do not matter');
$t->json('POST', "$at/join", { code => 'BBBBBB' });
refused($t->json('POST', "$at/join", { code => $bob_code }), 'join-code',
        'after ten the right one is wrong, too');
$bob_code = $t->json('POST', "$at/code", { session => $bob }, $other)
    ->{json}{code};
is($t->json('POST', "$at/join", { code => $bob_code })->{status}, 200,
   'a new one is right again');
$r = $t->json('POST', "$at/code", { address => 'https://range.local/' }, $other);
is($r->{json}{link},
   "https://range.local/?lane=lane1#join=$r->{json}{code}",
   'a link has the code where no request has it');
like($r->{json}{qr_svg}, qr/^<svg .*<\/svg>$/s, 'to be scanned');
is($t->json('POST', "$at/code", { address => 'range' }, $other)
   ->{json}{errors}[0]{pointer}, '/address', 'if it is said where');
is($t->json('POST', "$at/code", { session => 'none' }, $tablet)->{status}, 409,
   'there is none for a session that is none');
refused($t->json('POST', "$at/code", {}, {}), 'not-allowed',
        'nor for who only looks on');

# --- the end

my @of_phone = map { $t->sse("$at/$_", $phone) } qw(events live);
my $of_other = $t->sse("$at/events", $other);
$_->head for @of_phone, $of_other;
is($t->json('DELETE', "$at/sessions/$anna", undef, $phone)->{status}, 200,
   'a phone ends its session');
my $last = '';
while (my $e = $of_phone[0]->next(5)) {
    $last .= $e->{data} // '';
}
like($last, qr/"state":"ended","session":"\Q$anna"/, 'of which it is told');
ok($_->ended(5), 'and what it had open by its token ends') for @of_phone;
ok(!$of_other->ended(0.1), 'what was opened by that of another does not');
refused(change($phone, undef, $anna), 'session-token', 'and is nobody then');
refused(change($other, { state => 'reopened' }, $anna), 'not-allowed',
        'another phone does not open it again');
is(change($phone, { state => 'reopened' }, $anna)->{status}, 200,
   'the one that ended it does, if that was a mistake');
is($t->json('GET', "$at/access", undef, $phone)->{json}{session}, $anna,
   'and its token is as good as before');
is($t->json('DELETE', "$at/sessions/$anna", undef, $phone)->{status}, 200,
   'it ends as it should');
refused(change($starter), 'session-token', 'as is who started it');
is($t->json('GET', "$at/access", undef, $phone)->{json}{session}, undef,
   'which it can be told');
is($t->json('DELETE', "$at/session", undef, $other)->{status}, 200,
   'the other one ends, too');
ok($of_other->ended(5), 'and with it what was opened by its token');
refused(change($other, { state => 'live' }, $bob), 'session-token',
        'a token does not bring it back');

my $seen = '';
while (my $e = $events->next(5)) {
    $seen .= $e->{data} // '';
    last if $seen =~ /"state":"ended","session":"\Q$bob"/;
}
$events->close;
like($seen, qr/"state":"joined"/, 'who looks on sees that somebody joined');
my $card = join('', map { $t->get("$at/sessions/$bob.$_")->{body} }
                    qw(csv json svg html));
$card .= $t->get($_)->{body} for '/api/lanes', "$at/sessions",
    '/api/sessions', "/api/sessions/$bob", "$at/session";
for my $text ($seen, $filled, $card, Gmshoot::slurp("$t->{dir}/worker.log")) {
    is(join(' ', grep { index($text, $_) >= 0 } @secrets, 'tokens_sha256'), '',
       'no token and no hash of one in what is told');
}
isnt(system('grep', '-rqa', 'tokens_sha256', "$t->{dir}/state/lanes"), 1 << 8,
   'the journal keeps the hash');

# --- the command line

my @ctl = ("$Gmshoot::build/gmshoot", 'ctl', '--link', "$t->{dir}/link.sock",
           '.');
sub ctl {
    my (@word) = @_;
    open(my $out, '-|', @ctl, @word) or die $!;
    local $/ = undef;
    my $said = <$out>;
    close($out);
    return decode_json($said || '{}');
}
my $told = ctl('devices.add', '{"name":"Console","role":"coach"}');
like($told->{link}, qr{^/join\.html#[0-9a-f]{32}$},
     'the command line invites, too');
push @secrets, $told->{link} =~ /#(.*)/;
is($told->{qr_svg}, undef, 'without an address there is nothing to scan');
is(ctl('devices.change', encode_json({ id => $told->{device}{id},
       name => 'Desk' }))->{name}, 'Desk', 'renames');
is(scalar @{ ctl('devices.get')->{devices} }, 3, 'lists');
ctl('devices.remove', encode_json({ id => $told->{device}{id} }));
is(scalar @{ ctl('devices.get')->{devices} }, 2, 'and removes');

# --- where secrets must not be

$w->finish;
$t->stop;

my $access = Gmshoot::slurp("$t->{dir}/logs/access.log");
like($access, qr{/api/devices/join}, 'requests were logged');
for my $place ("$t->{dir}/logs", "$t->{dir}/worker.log", "$t->{dir}/state") {
    my @found = grep { system('grep', '-rqaF', $_, $place) == 0 } @secrets;
    is(scalar @found, 0, 'no secret is in ' . $place =~ s{.*/}{}r);
}
cmp_ok(scalar @secrets, '>=', 5, 'of all that were given');

$t->finish;
