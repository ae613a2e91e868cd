#!/usr/bin/perl

# What may include what: the table of CONTRIBUTING.md, held against every
# #include of ours.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Spec;
use FindBin;
use Test::More;

my $repo = abs_path("$FindBin::Bin/../..");
chdir $repo or die $!;

open(my $table, '<', 'CONTRIBUTING.md') or die "CONTRIBUTING.md: $!";
my %may;
while (<$table>) {
    next if !m{^\|\s*(\S+?)/(?:\*\.c)?\s*\|[^|]*\|\s*([^|]*?)\s*\|$};
    my ($folder, $what) = ($1, $2);
    next if $what eq '';
    $may{$folder} = { map {s{/$}{}r => 1} split(/,\s*/, $what) };
}
close($table);

# Short names of the table: base/ is worker/base/, what is at the top is not.
for my $folder (keys %may) {
    $may{$folder}{$folder} = 1;
    for my $name (keys %{ $may{$folder} }) {
        $may{$folder}{"worker/$name"} = 1 if -d "worker/$name";
    }
}

my %wrong;
my $seen = 0;
for my $file (split(/\n/, `git ls-files '*.c' '*.h' 2>/dev/null || true`)) {
    my $folder = dirname($file);
    next if !$may{$folder};
    open(my $c, '<', $file) or die "$file: $!";
    while (<$c>) {
        next if !/^\s*#\s*include\s+"([^"]+)"/;
        my @path;
        for my $part (split(m{/}, "$folder/$1")) {
            $part eq '..' ? pop @path : push @path, $part;
        }
        my $from = dirname(join('/', @path));
        next if !-f join('/', @path);
        $seen++;
        push @{ $wrong{$folder} }, "$file: $1" if !$may{$folder}{$from};
    }
    close($c);
}

SKIP: {
    skip 'no git, or no clone', 1 if !$seen;
    for my $folder (sort keys %may) {
        is_deeply($wrong{$folder} || [], [], "$folder/ includes what it may");
    }
}

done_testing;
