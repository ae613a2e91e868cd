#!/usr/bin/perl

# A camera that gives single pictures or a stream of them over HTTP: it is
# looked through, lost when it is gone, found again; what it refuses is told in
# one sentence, and its password stands nowhere.  Beside the camera that is
# played here: ustreamer, before a device that is played, and ffmpeg.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use IO::Select;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Tls;
use Gmshoot::Trouble qw(grey_jpeg problem still);

my $port = Gmshoot::free_port();
my ($server, $pictures);

# What it gives in the place of its own while there is a file of that name.
my $small = grey_jpeg(320, 240, 1);

# A camera of these pictures in turn, or of this answer.  One connection at a
# time, as small cameras have it.
sub serve {
    my (@jpeg) = @_;

    $server = fork();
    die "fork: $!" if !defined $server;
    return if $server;

    my $listener = IO::Socket::INET->new(LocalAddr => "127.0.0.1:$port",
        Listen => 5, ReuseAddr => 1) or POSIX::_exit(1);
    local $SIG{PIPE} = 'IGNORE';
    my $until = time + 60;
    my $n = 0;
    my (%buffer, %stream);
    my $select = IO::Select->new($listener);

    while (time < $until) {
        for my $s (values %stream) {
            my $jpeg = $jpeg[int($n++ / 2) % @jpeg];

            $jpeg = $small if -e "$pictures/small";
            if (!syswrite($s, "Content-Type: image/jpeg\r\nContent-Length: "
                          . length($jpeg) . "\r\n\r\n$jpeg\r\n--b\r\n"))
            {
                delete $stream{$s};
            }
        }
        for my $s ($select->can_read(%stream ? 0.1 : 1)) {
            if ($s == $listener) {
                $select->add(scalar $listener->accept);
                next;
            }
            if (!sysread($s, $buffer{$s}, 4096, length($buffer{$s} || ''))) {
                delete $buffer{$s};
                delete $stream{$s};
                $select->remove($s);
                $s->close;
                next;
            }
            next if $buffer{$s} !~ /\r\n\r\n/;

            my $asked = delete $buffer{$s};
            my $body = $jpeg[int($n++ / 2) % @jpeg];
            $body = $small if -e "$pictures/small";
            my $status = '200 OK';
            my $type = 'image/jpeg';

            if ($asked !~ /^Authorization: Basic dXNlcjpzZWNyZXR3b3Jk\r$/m) {
                ($status, $type, $body) = ('401 Unauthorized', 'text/html',
                    'who are you?');
            } elsif ($asked =~ m{^GET /page}) {
                ($type, $body) = ('text/html', '<html>a web page</html>');
            } elsif ($asked =~ m{^GET /torn\.jpg}) {
                $body = "\xff\xd8\xff\xe0";
            } elsif ($asked =~ m{^GET /stream}) {
                syswrite($s, "HTTP/1.1 200 OK\r\nContent-Type: multipart/"
                    . "x-mixed-replace; boundary=\"b\"\r\n\r\n--b\r\n");
                $stream{$s} = $s;
                next;
            } elsif ($asked !~ m{^GET /still\.jpg}) {
                ($status, $type, $body) = ('404 Not Found', 'text/plain', '');
            }

            my $text = "HTTP/1.1 $status\r\nContent-Type: $type\r\n"
                . 'Content-Length: ' . length($body) . "\r\n"
                . ($status =~ /401/ ? "WWW-Authenticate: Basic realm=x\r\n"
                                    : '')
                . "\r\n$body";
            my $done = 0;
            while ($done < length $text) {
                $done += syswrite($s, $text, length($text) - $done, $done)
                    || last;
            }
        }
    }
    POSIX::_exit(0);
}

sub dies {
    kill('KILL', $server);
    waitpid($server, 0);
    undef $server;
    return;
}

my @peers;
END {
    local $?;
    kill('KILL', $server) if $server;
    kill('KILL', @peers);
}

sub sim {
    return Gmshoot::range('sim', camera => 'simulate: seed=70 fps=10 '
        . 'size=640x480');
}

my $t = Gmshoot->new(ranges => sim());
my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready('sim') or diag($w->log_text);

my @jpeg;
for (1 .. 8) {
    push @jpeg, still($t, 'sim');
    sleep(0.12);
}

$pictures = "$t->{dir}/pictures";
mkdir($pictures) or die "$pictures: $!";
serve(@jpeg);

# What others wrote shows the same

my $preload = "$Gmshoot::build/t/preload/device.so";
for my $i (0 .. $#jpeg) {
    open(my $out, '>:raw', "$pictures/$i.jpg") or die $!;
    print {$out} $jpeg[$i];
    close($out);
}
my ($ustreamer, $ffmpeg) = map { Gmshoot::free_port() } 1 .. 2;
push @peers, $t->spawn("$t->{dir}/ustreamer.log", 'env',
    "LD_PRELOAD=$preload", "GMS_FAKE_CAMERA=$pictures", 'ustreamer',
    '--device=/dev/gmshoot-camera', '--format=MJPEG', '--encoder=HW',
    '--resolution=640x480', '--host=127.0.0.1', "--port=$ustreamer",
    '--user=user', '--passwd=secretword');
push @peers, $t->spawn("$t->{dir}/ffmpeg.log", 'ffmpeg', '-nostdin',
    '-loglevel', 'error', '-re', '-loop', '1', '-framerate', '10',
    '-i', "$pictures/%d.jpg", '-c:v', 'mjpeg', '-q:v', '3', '-f', 'mpjpeg',
    '-content_type', 'multipart/x-mixed-replace;boundary=ffmpeg',
    '-listen', '1', "http://127.0.0.1:$ffmpeg/stream");

my $host = "127.0.0.1:$port";
my $tls_port = Gmshoot::free_port();
my %camera = (
    tls   => "https://127.0.0.1:$tls_port/still.jpg",
    tlsca => "https://127.0.0.1:$tls_port/still.jpg?2 ca=$t->{dir}/range.pem",
    tlsname => "https://localhost:$tls_port/still.jpg?3 ca=$t->{dir}/range.pem",
    tlsno => "https://localhost:$tls_port/still.jpg?4 verify=no",
    real  => "http://user:secretword\@$host/still.jpg",
    stream => "http://user:secretword\@$host/stream?token=secretword",
    nokey => "http://$host/still.jpg",
    wrong => "http://user:secretword\@$host/other.jpg",
    page  => "http://user:secretword\@$host/page",
    torn  => "http://user:secretword\@$host/torn.jpg",
    ustreamer => "http://user:secretword\@127.0.0.1:$ustreamer/stream",
    snapshot => "http://user:secretword\@127.0.0.1:$ustreamer/snapshot",
    ffmpeg => "http://127.0.0.1:$ffmpeg/stream",
    off   => 'http://user:secretword@127.0.0.1:' . Gmshoot::free_port()
             . '/still.jpg',
);

$t->write_conf(ranges => join('', map {
    Gmshoot::range($_, camera => $camera{$_})
} sort keys %camera));
$t->reload;

ok($w->ready('real'), 'a lane looks through a camera of single pictures')
    or diag(Gmshoot::Trouble::said($w->state('real')));
is($w->state('real')->{camera}{state}, 'ok', 'which is well');
is($w->state('real')->{camera}{width}, 640, 'and of the size of its pictures');
ok($t->wait_for(sub { $w->state('real')->{camera}{fps} > 1 }, 'its rate', 3),
   'which come again and again');

ok($w->ready('stream'), 'so does one through a camera that streams them')
    or diag(Gmshoot::Trouble::said($w->state('stream')));
ok($t->wait_for(sub { $w->state('stream')->{camera}{fps} > 3 }, 'its rate', 5),
   'which come at the rate of the camera');

# A camera whose certificate nobody vouches for
my ($pem, $private) = Gmshoot::Tls::certificate($t->{dir}, 'camera.example',
    'IP:127.0.0.1');
my $tls = $t->spawn("$t->{dir}/tls.out", 'openssl', 's_server', '-quiet',
    '-accept', "127.0.0.1:$tls_port", '-cert', $pem, '-key', $private, '-www');
END { local $?; kill('KILL', $tls) if $tls; }

for my $lane (qw(ustreamer snapshot ffmpeg)) {
    ok($w->ready($lane), "$lane: a lane looks through what it sends")
        or diag(Gmshoot::Trouble::said($w->state($lane)),
                Gmshoot::slurp("$t->{dir}/ustreamer.log"),
                Gmshoot::slurp("$t->{dir}/ffmpeg.log"));
    my $camera = $w->state($lane)->{camera};
    is("$camera->{state} $camera->{width}x$camera->{height}", 'ok 640x480',
       'which is well');
}

my %said = (
    tls   => qr/certificate of .* is not believed: .*self.signed/,
    tlsca => qr{gives text/html instead of image/jpeg},
    tlsname => qr/is not believed: .*(match|no alternative).*localhost/,
    tlsno => qr{gives text/html instead of image/jpeg},
    nokey => qr/ 401: it wants a user and a password: write them into the a/,
    wrong => qr/ 404: it knows no picture under this path/,
    page  => qr{gives text/html instead of image/jpeg},
    torn  => qr{gave 4 bytes that are no JPEG},
    off   => qr/cannot be reached: Couldn't connect/,
);

for my $lane (sort keys %said) {
    my $p = $t->wait_for(sub {
        my $s = $w->state($lane);
        my $p = problem($s, 'camera-lost') || problem($s, 'camera-trouble');
        # the one with the certificate may have come up after its lane
        return $p && ($lane !~ /^tls/ || $p->{detail} =~ $said{$lane}) ? $p : undef;
    }, 'the problem', 5) || {};
    like($p->{detail} || '', $said{$lane}, "$lane: says what is wrong");
}

ok($t->wait_for(sub {
    $t->get('/metrics')->{body} =~
        /^gmshoot_camera_opens_total\{lane="torn"\} (?!0|1$)/m;
}, 'another look', 8),
   'one that gives nothing that can be used is opened anew');

# Gone, and back

my $session;

# As /readyz has it.
sub blind {
    return grep { $_->{check} eq 'camera' && $_->{lane} eq 'real'
                  && $_->{status} eq 'fail' }
        @{ $t->get_json('/readyz')->{checks} || [] };
}

# Is it one that the camera gave?
sub seen {
    my ($jpeg) = @_;
    return scalar grep { $_ eq $jpeg } @jpeg;
}

# Another paper hangs there, and the one before it is photographed.
sub new_paper {
    my $r = $t->json('POST', '/api/lanes/real/paper', { paper => 'new' });
    is($r->{status}, 200, 'a paper is changed') or diag($r->{body});
    return "/api/sessions/$session/papers/$r->{json}{paper}.jpg";
}

sub photograph {
    my ($url) = @_;
    return $t->wait_for(sub {
        my $r = $t->get($url);
        return $r->{status} == 200 && $r->{body};
    }, 'the photograph', 5);
}

$session = $t->insist('POST', '/api/lanes/real/session', {})->{json}{session};
ok($w->ready('real'), 'its paper is looked at');

my $live = $t->sse('/api/lanes/real/live');
my $pid = $w->lane_pid('real');
sub descriptors { return scalar(() = glob("/proc/$pid/fd/*")); }
my $descriptors = descriptors();
dies();
my $at = time;
my $p = $t->wait_for(sub { problem($w->state('real'), 'camera-lost') },
                     'the problem', 8) || {};
cmp_ok(time - $at, '<', 6, sprintf('a camera that is gone is missed '
    . '(%.1f s)', time - $at));
like($p->{detail} || '', qr/\Q$host\E.* cannot be reached/,
     'and the sentence names it');
is($w->lane_pid('real'), $pid, 'the lane lives');
ok($t->wait_for(sub { blind() }), 'the range is not ready, for want of it');
like($t->get('/metrics')->{body}, qr/^gmshoot_camera_up\{lane="real"\} 0$/m,
     'which those see who watch from outside');
ok($t->wait_for(sub {
    my $now = $t->get('/api/lanes/real/frame.jpg')->{body};
    return $now =~ /^\xff\xd8/ && !seen($now);
}, 'words'), 'the still is none of its pictures, but says so');
my $shown;
ok($t->wait_for(sub {
    $shown = $live->picture;
    return $shown && !seen($shown);
}, 'words', 8), 'nor is what watchers see');
my $kept = $t->get_json('/api/lanes/real/frames?reach=1m')->{frames};
is(scalar(grep { !seen($t->get($_->{picture})->{body}) } @{$kept}), 0,
   'and nobody keeps it');
my $unseen = new_paper();

serve(@jpeg);
$at = time;
ok($t->wait_for(sub { $w->state('real')->{camera}{state} eq 'ok' },
    'the camera', 10), sprintf('when it is back it is looked through again '
    . '(%.1f s)', time - $at));
is(problem($w->state('real'), 'camera-lost'), undef, 'the problem is gone');
ok(seen(still($t, 'real')), 'its pictures are shown again');
ok($t->wait_for(sub { !blind() }), 'for those who watch, too');
ok($w->ready('real'), 'and shots are looked for');
ok(seen(photograph(new_paper())), 'and the next paper is photographed');
is($t->get($unseen)->{status}, 404,
   'the words were never taken for the paper that hung there meanwhile');
is($t->json('DELETE', '/api/lanes/real/session')->{status}, 200, 'it ends');
ok($t->wait_for(sub { $w->state('stream')->{camera}{state} eq 'ok' },
    'the stream', 10), 'as does the stream');

# A camera that is set to another size, in mid-stream
ok($w->ready('stream'), 'shots are looked for in the stream');
$t->put('pictures/small', '');
my %of = (real => 'single pictures', stream => 'a stream');
for my $lane (sort keys %of) {
    my $said = $t->wait_for(sub {
        my $s = $w->state($lane);
        return $s->{camera}{width} == 320
            && $s->{detector}{detail} =~ /^pictures are/ && $s->{detector};
    }, 'another size', 8) || {};
    like($said->{detail} || '', qr/are 320x240, but .* made at 640x480/,
         "$of{$lane}: another size is told, and not looked at");
}
unlink("$pictures/small");
for my $lane (sort keys %of) {
    ok($t->wait_for(sub {
        my $s = $w->state($lane);
        return $s->{camera}{width} == 640 && $s->{detector}{state} eq 'live';
    }, 'the old size', 8), 'until it is set back');
}

# A camera that hangs: it takes the connection and gives nothing
kill('STOP', $server);
$at = time;
ok($t->wait_for(sub { problem($w->state('real'), 'camera-lost') },
    'the problem', 9), sprintf('a camera that hangs is missed (%.1f s)',
    time - $at)) or diag(Gmshoot::Trouble::said($w->state('real')));
kill('CONT', $server);
ok($t->wait_for(sub { $w->state('real')->{camera}{state} eq 'ok' },
    'the camera', 10), 'and found again');

cmp_ok(descriptors(), '<=', $descriptors, 'and it has cost nothing');

# The password

my $all = $t->get('/api/lanes')->{body} . $t->get('/metrics')->{body};
unlike($all, qr/secretword/, 'no state tells the password');
unlike($w->log_text, qr/secretword/, 'nor does the log of the worker');
unlike($t->log_text, qr/secretword/, 'nor that of nginx');
is((stat("$t->{dir}/state/config.json"))[2] & 0077, 0,
   'the file that must keep it is for the worker alone');

$w->is_terse(3);

$w->finish;
$t->finish;
