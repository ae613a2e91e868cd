#!/usr/bin/perl

# What the pages say is there in every language, and all of it is said: needs
# node and typescript (npm ci), which reads the modules.

use strict;
use warnings;

use FindBin;

if (!-d "$FindBin::Bin/../../node_modules/typescript") {
    print "1..0 # SKIP typescript is not installed: npm ci\n";
    exit 0;
}

exec 'node', '--test', "--test-reporter=$FindBin::Bin/tap.mjs", "$FindBin::Bin/words.test.mjs";
