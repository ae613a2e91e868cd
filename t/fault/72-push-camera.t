#!/usr/bin/perl

# A phone as the camera, with the real worker: its pictures come by POST, one
# at a time over one connection, and are the lane's; who may send them, what is
# refused, what happens when it is slow, rude, or gone.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use IO::Select;
use IO::Socket::INET;
use JSON::PP;
use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(grey_jpeg problem still);

my $h2 = Gmshoot::free_port();
my $t = Gmshoot->new(
    http => 'map $http_x_role $gmshoot_role '
          . '{ default $http_x_role; "" viewer; }',
    server => Gmshoot::listen_http2($h2) . ' client_max_body_size 8m; '
            . 'client_body_timeout 3s;',
    ranges => join('',
        Gmshoot::range('sim', camera => 'simulate: seed=70 fps=10 '
            . 'size=640x480'),
        Gmshoot::range('phone', camera => 'push: fps=30'),
        Gmshoot::range('other', camera => 'push:')));
my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready('sim') or diag($w->log_text);

my $path = '/api/lanes/phone/camera/frame';
my %role = ('X-Role' => 'camera', 'Content-Type' => 'image/jpeg');
my $keep;

# Over a connection that is kept.
sub post {
    my ($jpeg, $more, $query) = @_;

    $keep = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$t->{port}")
        if !$keep || !$keep->connected;
    my $r = Gmshoot::Stream->new($t->{port}, 'POST', $path . ($query || ''),
        { %role, Connection => 'keep-alive', -socket => $keep,
          %{ $more || {} } }, $jpeg)->whole;
    undef $keep if ($r->{header}{connection} || 'close') eq 'close';
    $r->{json} = eval { decode_json($r->{body}) };
    return $r;
}

sub descriptors {
    my ($pid) = @_;
    opendir(my $d, "/proc/$pid/fd") or return 0;
    return scalar(() = readdir($d)) - 2;
}

# --- nobody sends

my $p = $t->wait_for(sub { problem($w->state('phone'), 'camera-lost') },
                     'the problem', 8) || {};
is($p->{detail}, 'no phone or laptop sends pictures yet: open '
   . '/camera.html?lane=phone on it', 'a lane without its phone says so');
is($w->state('phone')->{camera}{kind}, 'push', 'and what camera it has');

# --- who may

my $jpeg = still($t, 'sim');
cmp_ok(length $jpeg, '>', 10_000, 'a picture');
for my $case ([{ 'X-Role' => 'viewer' }, 403, 'not-allowed'],
              [{ 'X-Role' => 'admin', Origin => 'http://evil.example' },
               403, 'cross-site'],
              [{ 'X-Role' => 'admin', 'Sec-Fetch-Site' => 'cross-site' },
               403, 'cross-site'])
{
    my ($header, $status, $type) = @$case;
    $t->is_problem(post($jpeg, $header), $status, $type,
                   'no picture from ' . join(' ', map { "$_ $header->{$_}" }
                       sort keys %$header));
}

my $invited = $t->json('POST', '/api/lanes/phone/camera/invitation',
    { address => 'https://range.local' }, { 'X-Role' => 'shooter' });
is($invited->{status}, 201, 'who shoots lets a phone in as the camera')
    or diag($invited->{body});
my $device = $invited->{json}{device} || {};
is("$device->{name}, $device->{role} of $device->{lane}",
   'Camera of phone, camera of phone', 'of this lane alone');
like($invited->{json}{link}, qr{^https://range\.local/join\.html#[0-9a-f]{32}$},
     'by a link');
like($invited->{json}{qr_svg}, qr/^<svg/, 'and a code to scan');
$t->is_problem($t->json('POST', '/api/lanes/phone/camera/invitation', {},
    { 'X-Role' => 'camera' }), 403, 'not-allowed', 'a camera lets nobody in');
$t->is_problem($t->json('POST', '/api/lanes/sim/camera/invitation', {},
    { 'X-Role' => 'admin' }), 409, 'camera-not-pushed',
    'nor is one let in where there is another camera');
is($t->json('POST', '/api/lanes/phone/camera/invitation', { name => 7 },
    { 'X-Role' => 'shooter' })->{json}{errors}[0]{pointer}, '/name',
   'its name is a text');

my $joined = $t->json('POST', '/api/devices/join',
    { secret => ($invited->{json}{link} =~ /#(.*)/)[0] });
my ($cookie) = ($joined->{header}{'set-cookie'} || '') =~ /^(\w+=\w+);/;
my %phone = ('X-Role' => undef, Cookie => $cookie);
my $r = post($jpeg, \%phone, '?sender=phone');
is("$r->{status} " . ($r->{json}{interval_ms} || $r->{body}), '200 33.3',
   'the phone sends a picture, and hears when the next one is due');
is($t->json('GET', '/api/lanes/phone/access', undef, { Cookie => $cookie })
   ->{json}{role}, 'camera', 'as what it is');
is($t->json('POST', '/api/lanes/phone/session', {}, { Cookie => $cookie })
   ->{status}, 403, 'it starts no session');
$path = '/api/lanes/other/camera/frame';
$t->is_problem(post($jpeg, \%phone), 403, 'not-allowed',
               'and is no camera of another lane');
$path = '/api/lanes/sim/camera/frame';
$t->is_problem(post($jpeg), 409, 'camera-not-pushed',
               'nor is any of one that has another camera');
$path = '/api/lanes/phone/camera/frame';

# --- what is refused

$t->is_problem(post($jpeg, { 'Content-Type' => 'application/json' }), 415,
               'media-type', 'what does not say that it is a JPEG');
$t->is_problem(post('GIF89a'), 422, 'not-a-picture', 'what is none');
$t->is_problem(post("\xff\xd8" . 'x' x (4 << 20)), 413, 'body-too-large',
               'what is too large');
$t->is_problem(post(undef), 411, 'body-missing', 'nothing');
for my $case (['t_us=soon', '/t_us'], ['t_us=-1', '/t_us'],
              ['t_us=99999999999999999', '/t_us'], ['sender=A+B', '/sender'],
              ['sender=' . 'a' x 33, '/sender'], ['colour=red', '/colour'])
{
    my ($query, $pointer) = @$case;
    $r = post($jpeg, {}, "?$query");
    is("$r->{status} " . ($r->{json}{errors}[0]{pointer} || ''),
       "422 $pointer", "a picture with $query");
}
$t->is_problem(post($jpeg, {}, '?sender=' . '%61' x 400), 414, 'bad-request',
               'and one with a long story');

# --- a lane sees through it

my $n = 0;
my $pause = 0;

sub stream {
    my ($until, $more) = @_;

    return $t->wait_for(sub {
        my $sim = $t->get('/api/lanes/sim/frame.jpg')->{body};
        my $r = post($sim, $more, sprintf('?sender=phone&t_us=%d',
                                          time * 1e6 - 3e9));
        $n++ if $r->{status} == 200;
        sleep(0.05);
        return $until->();
    }, 'the lane', 20);
}

is(post($jpeg, {}, '?sender=phone')->{status}, 200, 'the phone goes on');
$t->is_problem(post($jpeg, {}, '?sender=tablet'), 409, 'camera-taken',
               'nobody else sends meanwhile');
ok(stream(sub {
    my $s = $w->state('phone');
    return ($s->{calibration}{origin} || '') eq 'auto'
        && $s->{detector}{state} eq 'live';
}), 'the lane finds its target in the pictures, and looks for shots')
    or diag(Gmshoot::Trouble::said($w->state('phone')));
my $camera = $w->state('phone')->{camera};
is("$camera->{state} $camera->{width}x$camera->{height}", 'ok 640x480',
   'it is well');
ok(stream(sub { defined $w->state('phone')->{camera}{delay_ms} }),
   'and knows how late pictures are');

my $large = $jpeg . "\0" x 300_000;
ok($t->wait_for(sub { post($large, {}, '?sender=phone')->{status} == 200 }),
   'a picture of more than one packet');
ok($t->wait_for(sub {
    $t->get('/api/lanes/phone/frame.jpg')->{body} eq $large
}), 'comes through untouched');

my $over_h2 = sub {
    $t->put('large.jpg', $large);
    my $body = qx(curl -s --http2-prior-knowledge --max-time 5 -H 'X-Role: camera' -H 'Content-Type: image/jpeg' --data-binary \@$t->{dir}/large.jpg 'http://127.0.0.1:$h2$path?sender=phone' -w '%{http_code} %{http_version}');
    return $body =~ /interval_ms.*\}\s*200 2$/s;
};
ok($t->wait_for($over_h2), 'over HTTP/2 as well');

# --- too fast, too slow

my %got;
$got{ post($jpeg, {}, '?sender=phone')->{status} }++ for 1 .. 40;
ok($got{429}, 'who hurries is told to slow down')
    or diag(encode_json(\%got));
is($got{200} + $got{429}, 40, 'and nothing else');

my ($nginx) = $t->worker_pids;
my $lane = $w->lane_pid('phone');
my @before = map { descriptors($_) } $nginx, $w->{pid}, $lane;
my @slow = map {
    my $s = Gmshoot::Stream->new($t->{port}, 'POST', $path,
        { %role, 'Content-Length' => 100_000 });
    $s->put("\xff\xd8" . 'x' x 50_000);
    $s;
} 1 .. 80;
my $answered = sub {
    return scalar grep { IO::Select->new($_->{socket})->can_read(0) } @slow;
};
$t->wait_for(sub { $answered->() >= 16 });
is($answered->(), 16, 'pictures that begin and do not end are so many at a '
   . 'time, and no more');
is($slow[79]->status, 503, 'the rest is told so');
close($_->{socket}) for @slow[0 .. 29];
ok($t->wait_for(sub { post($jpeg, {}, '?sender=phone')->{status} == 200 }),
   'others come through meanwhile');
ok($slow[40]->ended, 'they are let go when their time is over');
undef @slow;
undef $keep;
ok($t->wait_for(sub {
    descriptors($nginx) <= $before[0]
        && descriptors($w->{pid}) <= $before[1] && descriptors($lane) <= $before[2];
}), 'and leave no descriptor behind')
    or diag("@before: ", join(' ', map { descriptors($_) } $nginx, $w->{pid},
                              $lane));

# --- what only looks like a picture

post("\xff\xd8\xff\xe0" . 'x' x 100, {}, '?sender=phone');
ok($t->wait_for(sub {
    $w->state('phone')->{camera}{detail} =~ /sent 104 bytes that are no JPEG/
}), 'the lane says that what came is no picture');
is($w->lane_pid('phone'), $lane, 'and goes on');

# --- the phone is gone, the lane's process too

# on a slow machine the bytes that were no picture are a lost camera first
ok($t->wait_for(sub {
    my $lost = problem($w->state('phone'), 'camera-lost') || {};
    return ($lost->{detail} || '')
        =~ /^no picture has come .* for 3 s: is its page/;
}, 'the problem', 12), 'a phone that is gone is missed')
    or diag(Gmshoot::Trouble::said($w->state('phone')));
kill('KILL', $lane);
ok($t->wait_for(sub { my $pid = $w->lane_pid('phone');
                      $pid && $pid != $lane }), 'the lane starts again');
ok(stream(sub { $w->state('phone')->{camera}{state} eq 'ok' }),
   'and goes on with the phone that is back');
$w->is_terse(3);

$w->finish;
$t->finish;
