#!/usr/bin/perl

# The shooter's page against a running system: GMS_URL is the address of an
# nginx with simulated lanes; needs node, npm ci and Chromium as 30-page.t does.

use strict;
use warnings;

use FindBin;

if (!$ENV{GMS_URL}) {
    print "1..0 # SKIP GMS_URL is not set: no system to look at\n";
    exit 0;
}

chdir "$FindBin::Bin/../..";

my $why = `node -e 'import("./t/browser/chromium.mjs").then(async (m) => {
    process.stdout.write(await m.missing()) })' 2>/dev/null`;

if ($? != 0 || $why ne '') {
    $why ||= 'node is not installed';
    print "1..0 # SKIP $why\n";
    exit 0;
}

exec 'node', '--test', "--test-reporter=$FindBin::Bin/tap.mjs", "$FindBin::Bin/real.test.mjs";
