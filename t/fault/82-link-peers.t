#!/usr/bin/perl

# Who dials the link and says nothing, or nothing that makes sense, keeps
# neither nginx out nor a descriptor.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Socket qw(AF_UNIX SOCK_SEQPACKET pack_sockaddr_un);
use Time::HiRes qw(sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(fds);

my $t = Gmshoot->new(ranges => Gmshoot::range('lane1',
    camera => 'http://127.0.0.1:9/1.jpg'));
my $w = Gmshoot::Real->new($t);

sub dial {
    my $at = pack_sockaddr_un("$t->{dir}/link.sock");
    return $t->wait_for(sub {
        socket(my $s, AF_UNIX, SOCK_SEQPACKET, 0) or die "socket: $!";
        return connect($s, $at) ? $s : undef;
    }, 'the link', 5);
}

dial();
sleep(0.2);
my $before = keys %{ fds($w->{pid}) };

my @silent = map { dial() } 1 .. 70;

$t->start;
ok($t->wait_for(sub { ($w->state('lane1')->{lane} || '') eq 'lane1' },
    'the lane', 5), 'seventy who say nothing do not keep nginx out');
my @told = grep { /too many/ } split(/\n/, $w->log_text);
is(scalar @told, 1, 'that there were too many is told once');
@silent = ();
$t->stop;

for (1 .. 200) {
    my $s = dial();
    send($s, $_ % 2 ? 'garbage' x $_ : '', 0) if $_ % 3;
}

ok($t->wait_for(sub { keys %{ fds($w->{pid}) } <= $before + 4 },
    'descriptors', 3), 'two hundred who talk rubbish leave no descriptor')
    or diag(keys(%{ fds($w->{pid}) }) . ", $before before");

# Of another version: what all of them have in common stands first.
my ($protocol) = Gmshoot::slurp("$Gmshoot::repo/ipc/link.h")
    =~ /^#define GMS_PROTOCOL_VERSION (\d+)/m;
my %told;
for (1 .. 4) {
    my $s = dial();
    send($s, pack('LLLL', 0x4b4c4d47, 1, 2000, 0), 0);
    recv($s, my $answer, 4096, 0);
    $told{ join(' ', unpack('LLL', $answer)) }++;
}
is(join(', ', keys %told), join(' ', 0x4b4c4d47, $protocol, 1),
   'who is of another version is told which one this is');
is(() = $w->log_text =~ /other layout".*"theirs":2000,"ours":1/g, 1,
   'and the log says so once');

$t->start;
ok($t->wait_for(sub { ($w->state('lane1')->{lane} || '') eq 'lane1' },
    'the lane', 5), 'and nginx finds the worker as it was');

$w->finish;
$t->finish;
