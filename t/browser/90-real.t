#!/usr/bin/perl

# The pages on the real system: nginx and worker as `make run` starts them, the
# shooter's on a simulated lane, that of who runs the range on another.
# GMS_URL names a system that runs already.  Needs node, npm ci and Chromium as
# 30-page.t does.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use FindBin;
use HTTP::Tiny;
use IO::Socket::INET;
use Time::HiRes qw(sleep);

my $repo  = abs_path("$FindBin::Bin/../..");
my $build = $ENV{GMS_BUILD} || "$repo/build";

chdir $repo;

my $why = `node -e 'import("./t/browser/chromium.mjs").then(async (m) => {
    process.stdout.write(await m.missing()) })' 2>/dev/null`;
$why ||= 'node is not installed' if $? != 0;
$why ||= "no $build/gmshoot, run make"
    if !$ENV{GMS_URL} && !-x "$build/gmshoot";

if ($why) {
    print "1..0 # SKIP $why\n";
    exit 0;
}

my $system;

sub start_system {
    my $run = tempdir('gmshoot-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    my $socket = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
        or die "no free port: $!";
    my $port = $socket->sockport;

    # A shooter in more of a hurry than that of conf/ranges/demo.conf.
    open(my $conf, '>', "$run/ranges.conf") or die $!;
    print {$conf} 'gmshoot_range lane1 { title "Lane 1"; camera simulate: '
        . "seed=1 fps=15 interval=2.5 first=3 series=0;\n"
        . "target issf-10m-air-pistol; caliber 4.5mm; distance 10m; }\n"
        . 'gmshoot_range lane2 { title "Lane 2"; camera simulate: '
        . "seed=2 fps=2;\n"
        . "target issf-10m-air-pistol; caliber 4.5mm; distance 10m; }\n";
    close($conf);
    close($socket);

    $system = fork();
    die "fork: $!" if !defined $system;
    if (!$system) {
        @ENV{qw(BUILD RUN PORT RANGES)} =
            ($build, $run, $port, "$run/ranges.conf");
        open(STDOUT, '>', "$run/log") or die $!;
        open(STDERR, '>&', \*STDOUT) or die $!;
        exec('tools/run.sh') or die $!;
    }

    $ENV{GMS_URL} = "http://127.0.0.1:$port";
    for (1 .. 600) {
        my $lanes = HTTP::Tiny->new(timeout => 5)->get("$ENV{GMS_URL}/api/lanes");
        return if $lanes->{success}
            && (() = $lanes->{content} =~ /"name":"builtin","state":"live"/g) == 2;
        sleep(0.1);
    }
    die 'the system did not start';
}

start_system() if !$ENV{GMS_URL};

my $status = system('node', '--test', '--test-concurrency=1', '--test-timeout=400000',
    "--test-reporter=$FindBin::Bin/tap.mjs",
    map {"$FindBin::Bin/$_.test.mjs"} qw(reference history photo admin corrections calibration figures real coach german-pages));

if ($system) {
    kill('TERM', $system);
    waitpid($system, 0);
}

exit($status == 0 ? 0 : 1);
