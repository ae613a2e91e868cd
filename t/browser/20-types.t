#!/usr/bin/perl

# The pages' types are checked; nothing that is installed differs from the
# lock file's idea of where packages come from: nowhere in particular.

use strict;
use warnings;

use FindBin;

chdir "$FindBin::Bin/../..";

if (!-x 'node_modules/.bin/tsc') {
    print "1..0 # SKIP typescript is not installed: npm ci\n";
    exit 0;
}

print "1..3\n";
my $n = 0;

for my $project ('html', 't/browser') {
    my $out = `node_modules/.bin/tsc -p $project/jsconfig.json 2>&1`;
    printf "%s %d - the types of %s fit\n", $? == 0 ? 'ok' : 'not ok', ++$n, $project;
    print "# $_\n" for split /\n/, $out;
}

open my $lock, '<', 'package-lock.json' or die "package-lock.json: $!";
my $addresses = grep { /"resolved"/ } <$lock>;
printf "%s %d - the lock file names no download address\n", $addresses ? 'not ok' : 'ok', ++$n;
