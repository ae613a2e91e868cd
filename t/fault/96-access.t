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

my $stream = $t->sse('/api/lanes/lane1/events', as($one));
$stream->head;
is($t->json('DELETE', "/api/devices/$device->{id}", undef, as($two))
   ->{status}, 204, 'a device is removed');
is(wish('lane1', as($one)), 403, 'at once');
$t->is_problem($t->json('DELETE', "/api/devices/$device->{id}", undef,
                        as($two)), 404, 'device-unknown', 'once');
$w->kill9;
$w->start;
ready();
is(wish('lane1', as($one)), 403, 'for ever');

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
is(scalar @{ ctl('devices.get')->{devices} }, 2, 'lists');
ctl('devices.remove', encode_json({ id => $told->{device}{id} }));
is(scalar @{ ctl('devices.get')->{devices} }, 1, 'and removes');

# --- where secrets must not be

$w->finish;
$t->stop;
$stream->close;

my $access = Gmshoot::slurp("$t->{dir}/logs/access.log");
like($access, qr{/api/devices/join}, 'requests were logged');
for my $place ("$t->{dir}/logs", "$t->{dir}/worker.log", "$t->{dir}/state") {
    my @found = grep { system('grep', '-rqaF', $_, $place) == 0 } @secrets;
    is(scalar @found, 0, 'no secret is in ' . $place =~ s{.*/}{}r);
}
cmp_ok(scalar @secrets, '>=', 5, 'of all that were given');

$t->finish;
