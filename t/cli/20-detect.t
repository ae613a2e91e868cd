#!/usr/bin/perl

# What `gmshoot detect` writes: shots alone unless all is asked for, and of
# each how sure its place is.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use JSON::PP;
use Test::More;

use Gmshoot;

my $program = "$Gmshoot::build/gmshoot";
plan(skip_all => 'no gmshoot, run make') if !-x $program;
chdir $Gmshoot::repo or die $!;

sub detect {
    my ($options, @more) = @_;

    open(my $out, '-|', $program, 'detect', '--camera',
         "simulate: fps=15 seed=20 backer=grey noise=0.7 $options", '--target',
         'issf-10m-air-pistol', '--caliber', '4.5mm', @more) or die $!;
    my @lines = map { JSON::PP->new->decode($_) } <$out>;
    close($out);
    is($?, 0, "$options: done");
    return @lines;
}

sub kinds {
    my %n;
    $n{ $_->{event} }++ for @_;
    return join(' ', map { "$_ $n{$_}" } sort keys %n);
}

my $scene = 'shots=4 first=1 interval=1 series=0 sigma=14 overlap=0 '
    . 'zoom=1.2 zoom_at=3.5';
my @plain = detect($scene);
is(kinds(@plain), 'end 1 hole 3 shot 4', 'shots and the end, nothing else')
    or diag(JSON::PP->new->canonical->encode(\@plain));
is($plain[-1]{event}, 'end', 'the end comes last');

my @shots = grep { $_->{event} eq 'shot' } @plain;
for my $member (qw(id frame first_frame x_px y_px x_mm y_mm score ms
                   confidence x_error_mm y_error_mm)) {
    is(scalar(grep { ($_->{$member} // '') =~ /^-?[\d.]+$/ } @shots), 4,
       "each shot has a number for $member");
}
for my $member (qw(near_line overlap possible_double order_unknown)) {
    is(scalar(grep { JSON::PP::is_bool($_->{$member}) } @shots), 4,
       "and yes or no for $member");
}
cmp_ok((grep { $_->{x_error_mm} > 0 && $_->{x_error_mm} < 0.5 } @shots), '==', 4,
       'errors are of the size of a place');
ok($shots[3]{order_unknown}, 'the shot that nobody saw come says so')
    or diag(JSON::PP->new->canonical->encode($shots[3]));

my @all = detect($scene, '--all');
is_deeply([ map { my %e = %$_; delete $e{$_} for grep { /ms/ } keys %e; \%e }
            grep { $_->{event} =~ /^(?:hole|shot|end)$/ } @all ],
          [ map { my %e = %$_; delete $e{$_} for grep { /ms/ } keys %e; \%e }
            @plain ],
          'with all of it the shots are the same');
my ($moved) = grep { $_->{event} eq 'calibration' } @all;
ok($moved && $moved->{frame} > 50, 'the zoom is told');
my @states = map { $_->{state} } grep { $_->{event} eq 'state' } @all;
is("@states[0, 1]", 'learning live', 'states are told from the first on');
is($states[-1], 'live', 'to the last');
ok((grep { $_->{event} eq 'state' && length $_->{detail} } @all),
   'with a sentence');
ok(!(grep { $_->{event} eq 'rejected' && !length $_->{reason} } @all),
   'and nothing is rejected without a reason');
is($all[-1]{event}, 'end', 'the end still comes last');

# Lamps go off, and the camera goes to its night picture: ink turns paler than
# the print on it, the focus is sought, the exposure follows.

my @night = detect('shots=1 first=10 overlap=0 size=640x480 sway=0.7 lamps=6 '
    . 'night=6');
is(scalar(grep { $_->{event} eq 'shot' } @night), 0,
   'a night switch out of focus makes no shot of the print');

done_testing();
