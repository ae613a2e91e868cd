#!/usr/bin/perl
# Live pictures at one viewer, alone and beside viewers that are too slow, in
# turn.  See docs/fanout.md for what the figures mean.
use strict;
use warnings;

use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Getopt::Long qw(GetOptions);
use JSON::PP;

use lib dirname(__FILE__);
use Rig qw(child say_to answer leave gmshoot cpu_ns median interval);

my $usage = <<'HELP';
live.pl: pictures of one lane to a viewer, alone and beside slow ones

  --rounds N     of both in turn (9)
  --seconds S    of a round (3)
  --fps N        pictures a second (30)
  --bytes N      of a picture (80000, as of 1280 x 720)
  --slow N       viewers that read a tenth of what there is (10)
  --json FILE    all figures of all rounds
HELP

my %set = (rounds => 9, seconds => 3, fps => 30, bytes => 80_000, slow => 10);
GetOptions(\%set, 'rounds=i', 'seconds=f', 'fps=i', 'bytes=i', 'slow=i',
           'json=s', 'help')
    or die $usage;
if ($set{help}) {
    print $usage;
    exit 0;
}

my $dir = tempdir('live-XXXXXX', TMPDIR => 1, CLEANUP => 1);

sub viewer {
    my ($server, @rate) = @_;
    return child("$Rig::build/bench/viewer", $server->{port},
                 '/api/lanes/lane1/live', @rate);
}

sub start {
    my ($name, $slow) = @_;

    my $server = gmshoot("$dir/$name", 1, 64);
    my $rate = int($set{fps} * $set{bytes} / 10);
    $server->{id} = 2;
    $server->{viewer} = viewer($server);
    $server->{slow} = [map { viewer($server, $rate) } 1 .. $slow];
    say_to($server->{publisher}, "pictures lane1 1 1 1000 $set{bytes}");
    answer($_, qr/^open/) for $server->{viewer}, @{ $server->{slow} };
    return $server;
}

sub measure {
    my ($server) = @_;

    my $n = int($set{fps} * $set{seconds});
    my $last = $server->{id} + $n - 1;
    my $ms = int(1000 * $set{seconds}) + 10_000;
    my @all = ($server->{viewer}, @{ $server->{slow} });

    for my $viewer (@all) {
        say_to($viewer, "expect $last $ms");
        answer($viewer, qr/^ready/);
    }
    my $cpu = cpu_ns(@{ $server->{pids} });
    say_to($server->{publisher}, "pictures lane1 $server->{id} $n "
         . int(1e6 / $set{fps}) . " $set{bytes}");
    my ($got, @slow) = map { decode_json(answer($_, qr/^\{/, $ms / 1000 + 5)) }
        @all;
    $server->{id} += $n;

    $got->{cpu_percent} = (cpu_ns(@{ $server->{pids} }) - $cpu)
        / 1e7 / $set{seconds};
    for my $s (@slow) {
        $got->{slow_pictures} += $s->{pictures};
        $got->{slow_skipped} += $s->{skipped};
        $got->{$_} += $s->{$_} for qw(torn back);
        $got->{behind} ||= $s->{last} < $last;
    }
    return $got;
}

my @names = ('alone', "beside $set{slow} slow");
my %server = ($names[0] => start('alone', 0),
              $names[1] => start('beside', $set{slow}));
my %rounds;
for my $round (1 .. $set{rounds}) {
    push @{ $rounds{$_} }, measure($server{$_}) for @names;
    @names = reverse @names;
}

my $wrong = 0;
printf "%-16s %8s %8s %20s %22s %8s %8s %5s %5s\n", '', 'p50 ms', 'p99 ms',
    '(90 %)', '% of a core (90 %)', 'pictures', 'skipped', 'torn', 'back';
for my $name (sort keys %rounds) {
    my %of;
    for my $round (@{ $rounds{$name} }) {
        push @{ $of{$_} }, $round->{$_} for keys %{$round};
    }
    my %sum = map { my $key = $_; $key => eval { my $n = 0;
        $n += $_ for @{ $of{$key} || [] }; $n } }
        qw(pictures skipped torn back slow_pictures slow_skipped behind);
    my @p99 = map { $_ / 1000 } @{ $of{p99_us} };
    printf "%-16s %8.2f %8.2f %20s %22s %8d %8d %5d %5d\n", $name,
        median(@{ $of{p50_us} }) / 1000, median(@p99),
        sprintf('(%.2f-%.2f)', interval(@p99)),
        sprintf('%.2f (%.2f-%.2f)', median(@{ $of{cpu_percent} }),
                interval(@{ $of{cpu_percent} })),
        @sum{qw(pictures skipped torn back)};
    printf "%-16s %d pictures seen, %d passed over\n", '  the slow ones',
        @sum{qw(slow_pictures slow_skipped)} if $sum{slow_pictures};
    $wrong += $sum{torn} + $sum{back} + $sum{behind};
}

for my $s (values %server) {
    leave($_) for $s->{viewer}, @{ $s->{slow} }, @{ $s->{parts} };
}
if ($set{json}) {
    open(my $fh, '>', $set{json}) or die "$set{json}: $!";
    print {$fh} JSON::PP->new->canonical->pretty->encode(\%rounds);
    close($fh) or die "$set{json}: $!";
}
exit($wrong ? 1 : 0);
