#!/usr/bin/perl

# gmshoot rounds on recorded strings: the figures of the table in
# docs/rounds.md are what it says today, by times and by the course.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Gmshoot;
use Test::More;

plan(skip_all => 'no gmshoot, run make') if !-x "$Gmshoot::build/gmshoot";

my $folder = ($ENV{GMS_SHARED} || "$Gmshoot::repo/../shared")
    . '/reference/cadence';

# The files in the order of the table.
my @file = qw(real_megalink_50m_65shots real_practical_29_splits
    synthetic_rfp_8_6_4 synthetic_25m_duel_6x5 synthetic_25m_precision_6x5
    synthetic_standard_pistol synthetic_nra_bullseye_900
    synthetic_practical_stages synthetic_casual_5shot_groups
    synthetic_air_pistol_60 synthetic_air_rifle_60 synthetic_rifle50_prone_60
    real_megalink_airgun real_megalink_Card007 real_megalink_Card008);

local $ENV{GMSHOOT_COURSES} = "$Gmshoot::repo/conf/courses.conf";
local $ENV{GMSHOOT_TARGETS} = "$Gmshoot::repo/conf/targets.conf";

# The rows that it writes, without their header; its exit status in $?.
sub rounds {
    my ($arg, $file) = @_;
    my @line = `$Gmshoot::build/gmshoot rounds $arg '$file' 2>&1`;
    shift @line if $? == 0;
    chomp @line;
    return @line;
}

# Where what is found differs from row to row: of a course, its strings.
sub borders {
    my (@key) = @_;
    return map { $key[$_] ne $key[ $_ - 1 ] || 0 } 1 .. $#key;
}

sub figures {
    my ($file, $arg) = @_;
    my @label = Gmshoot::slurp($file) =~ /^[\d.]+,(\d+),/mg;
    my @is = borders(@label);
    my @found = borders(map { /^[^,]*,(\d+)(?:,(.*))?$/ ? $2 // $1 : $_ }
                        rounds($arg, $file));
    my ($hit, $invented, $missed) = (0, 0, 0);
    for my $i (0 .. $#is) {
        $hit++      if $is[$i] && $found[$i];
        $invented++ if !$is[$i] && $found[$i];
        $missed++   if $is[$i] && !$found[$i];
    }
    return "$hit $invented $missed";
}

SKIP: {
    skip('no reference data', 1) if !-d $folder;

    my $table = Gmshoot::slurp("$Gmshoot::repo/docs/rounds.md");
    my @row = map { [ split(/ *\| */) ] }
        $table =~ /^\| (.*\| \d+ \|.*) \|$/mg;
    is(scalar @row, scalar @file, 'the table shows all files');

    for my $i (0 .. $#row) {
        my ($what, undef, @said) = @{ $row[$i] };
        my $file = "$folder/$file[$i].csv";
        is(figures($file, ''), "@said[0 .. 2]", "$what, by times");
        next if !$said[3];
        my $given = $said[3] =~ s/`//gr;
        is(figures($file, $given), "@said[4 .. 6]", "$what, $given");
    }
}

# A course as its shots tell it.

sub put {
    my (@s) = @_;
    my $t = Gmshoot->new;
    $t->put('shots.csv', join('', map { "$_\n" } @s));
    return ("$t->{dir}/shots.csv", $t);
}

my ($file, $keep) = put(map { 10 * $_ } 1 .. 74);
my @row = map { [ split(/,/) ] } rounds('--course issf-10m-air-60', $file);
is_deeply([ map { my $n = $_; scalar grep { $_->[1] == $n } @row } 1 .. 7 ],
          [ 14, (10) x 6 ], 'what is left over of 60 shots are sighters');
is("@{ $row[13] } @{ $row[14] }", '140 1 "sighters" 1 150 2 "match" 1',
   'whose stage is told');

($file, $keep) = put(0, 4, 8, 12, 60, 64, 68, 72, 76, 140);
@row = map { [ split(/,/) ] } rounds('--course nra-national-match', $file);
is($row[-1][1], 1, 'ten shots in ten minutes are one string');
($file, $keep) = put((map { 10 * $_ } 1 .. 10), 200, 205, 210, 215, 290, 294);
@row = map { [ split(/,/) ] } rounds('--course nra-national-match', $file);
is(join(' ', map { $_->[1] } @row), '1 ' x 10 . '2 2 2 2 3 3',
   'a string ends with its time, though a shot is missing');
($file, $keep) = put(map { 1000 * $_ } 1 .. 6);
like(join('', rounds('--course nra-national-match', $file)),
     qr/^gmshoot rounds: shot 6 is one more than the course takes/,
     'more than there are strings is refused');
isnt($?, 0, 'with a status that says so');

done_testing();
