#!/usr/bin/perl

# A phone as the camera, as people use it: `make run TLS=1` in a network of its
# own, where its address is not that of the same computer, so that the browser
# lends its camera over https alone, and trusts it by the range's own authority
# alone.  Needs what 90-real.t does, and root for the network.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use FindBin;
use IO::Socket::INET;
use Time::HiRes qw(sleep);

my $repo  = abs_path("$FindBin::Bin/../..");
my $build = $ENV{GMS_BUILD} || "$repo/build";
my $address = '10.87.3.1';

chdir $repo;

sub skip_all {
    print "1..0 # SKIP $_[0]\n";
    exit 0;
}

# In the network: a pair of cards that lead to one another.
if (!$ENV{GMS_CAMERA_NET}) {
    my $why = `node -e 'import("./t/browser/chromium.mjs").then(async (m) => {
        process.stdout.write(await m.missing()) })' 2>/dev/null`;
    $why ||= 'node is not installed' if $? != 0;
    $why ||= "no $build/gmshoot, run make" if !-x "$build/gmshoot";
    $why ||= 'no certutil' if system('command -v certutil > /dev/null') != 0;
    skip_all($why) if $why;
    skip_all('a network of its own is not to be had here')
        if system('unshare --net ip link add v0 type veth peer name v1 '
                . '> /dev/null 2>&1') != 0;
    $ENV{GMS_CAMERA_NET} = 1;
    exec('unshare', '--net', $^X, abs_path($0)) or die $!;
}

system('ip link set lo up && ip link add v0 type veth peer name v1 '
     . "&& ip addr add $address/24 dev v0 && ip link set v0 up "
     . '&& ip link set v1 up') == 0 or die 'no network';

my $run = tempdir('gmshoot-XXXXXX', TMPDIR => 1, CLEANUP => 1);
mkdir "$run/home";
open(my $conf, '>', "$run/ranges.conf") or die $!;
for my $lane ([lane1 => 'push: fps=15 size=1280x720'],
              [drawn => 'simulate: seed=3 fps=5 size=1280x720']) {
    print {$conf} "gmshoot_range $lane->[0] { title \"Lane $lane->[0]\"; "
        . "camera $lane->[1]; target issf-10m-air-pistol; caliber 4.5mm; "
        . "distance 10m; }\n";
}
close($conf);

my $system = fork();
die "fork: $!" if !defined $system;
if (!$system) {
    @ENV{qw(BUILD RUN PORT TLS TLS_PORT RANGES)} =
        ($build, $run, 8080, 1, 8443, "$run/ranges.conf");
    open(STDOUT, '>', "$run/log") or die $!;
    open(STDERR, '>&', \*STDOUT) or die $!;
    exec('tools/run.sh') or die $!;
}

my $up;
for (1 .. 200) {
    last if $up = IO::Socket::INET->new(PeerAddr => "$address:8443");
    sleep(0.1);
}

@ENV{qw(GMS_ADDRESS GMS_RUN)} = ($address, $run);
my $status = $up ? system('node', '--test', '--test-concurrency=1', '--test-timeout=400000',
    "--test-reporter=$FindBin::Bin/tap.mjs",
    "$FindBin::Bin/camera.test.mjs") : 1;

kill('TERM', $system);
waitpid($system, 0);
print "Bail out!  the system did not start\n" if !$up;

exit($status == 0 ? 0 : 1);
