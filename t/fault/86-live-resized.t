#!/usr/bin/perl

# A camera is set to larger pictures while somebody watches it: the lane gets
# another memory, and the pictures go on coming as fast as they are taken.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use IO::Select;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(time);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(alive);

sub lane {
    return Gmshoot::range('lane1',
        camera => "simulate: seed=86 fps=20 size=$_[0]");
}

my $t = Gmshoot->new(ranges => lane('640x480'));
my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready('lane1') or diag($w->log_text);

my $live;

# Pictures that come within two seconds.
sub pictures {
    my $until = time + 2;
    my $text = '';

    while ((my $left = $until - time) > 0) {
        IO::Select->new($live)->can_read($left) or last;
        sysread($live, $text, 65536, length $text) or die 'no more pictures';
    }
    return scalar(() = $text =~ /Content-Type: image/gi);
}

sub watch {
    $live = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$t->{port}")
        or die "connect: $!";
    print {$live} "GET /api/lanes/lane1/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    $live->flush;
    return;
}

# The change waits for the session; who watches meanwhile is known to the
# worker before the lane has its new memory.
is($t->json('POST', '/api/lanes/lane1/session', {})->{status}, 201,
   'a session is open');
$t->write_conf(ranges => lane('1280x720'));
my @old = $t->worker_pids;
$t->reload;
$t->wait_for(sub { !grep { alive($_) } @old }, 'the old processes to go', 5);
$t->link_up;
watch();
cmp_ok(pictures(), '>', 15, 'a watcher gets what the camera gives');

is($t->json('DELETE', '/api/lanes/lane1/session')->{status}, 200, 'it ends');
ok($t->wait_for(sub { ($w->state('lane1')->{camera}{width} || 0) == 1280 },
    'larger pictures', 6), 'the camera gives larger pictures');
pictures();
cmp_ok(pictures(), '>', 15, 'and the watcher gets them as fast');

$w->finish;
$t->finish;
