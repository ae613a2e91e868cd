#!/usr/bin/perl

# What is found does not depend on the processor: the vector code, plain code
# (the build with sanitizers has no other) and an arm64 program under
# emulation report the same detections of the same pictures, digit by digit.

use strict;
use warnings;

use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;

use Gmshoot;

my $build = $Gmshoot::build;
my $arm64 = "$build/arm64";
my $dir   = tempdir('gmshoot-XXXXXX', TMPDIR => 1, CLEANUP => 1);

$ENV{GMSHOOT_TARGETS} = "$Gmshoot::repo/conf/targets.conf";

my %programs = (
    plain => ["$build/san/gmshoot"],
    arm64 => ['qemu-aarch64-static', '-L', "$arm64/root", "$arm64/gmshoot"],
);

# condition, target, caliber, of the simulated camera
my @recordings = (
    ['seed=11 shots=6 first=1.5 interval=1', 'issf-10m-air-pistol', '4.5mm'],
    [   'seed=12 shots=6 first=1.5 interval=1 shake=0.7 sway=1.5 shadow=0.3',
        'issf-10m-air-pistol',
        '4.5mm'
    ],
    [   'seed=13 shots=6 first=1.5 interval=1 noise=2.5 quality=60'
          . ' size=1920x1080',
        'issf-25m-precision-pistol',
        '9.65mm'
    ],
);

sub detections {
    my ($program, $folder, $target, $caliber) = @_;
    my $pid = open(my $out, '-|', @$program, 'detect', '--camera',
        "clip:$folder fps=15", '--target', $target, '--caliber', $caliber)
      or die "@$program: $!";
    my @lines = grep { !/"event":"end"/ } <$out>;

    close($out);
    s/,"ms":[\d.]+//g for @lines;

    return ($?, join('', @lines));
}

my $n = 0;

for my $recording (@recordings) {
    my ($spec, $target, $caliber) = @$recording;
    my $folder = "$dir/" . $n++;

    mkdir($folder) or die "$folder: $!";
    system("$build/t/lib/record", "simulate: $spec", $target,
        $caliber =~ s/mm$//r, $folder, 130) == 0
      or die "no recording of $spec";

    my ($status, $native) =
      detections(["$build/gmshoot"], $folder, $target, $caliber);
    my $shots = () = $native =~ /"event":"shot"/g;

    is($status, 0, "$spec: the vector code looks at it");
    cmp_ok($shots, '>=', 5, "$spec: it finds $shots shots");

    for my $name (sort keys %programs) {
        ($status, my $other) =
          detections($programs{$name}, $folder, $target, $caliber);
        is($status, 0, "$spec: $name looks at it");
        is($other, $native, "$spec: $name finds the same");
    }
}

done_testing();
