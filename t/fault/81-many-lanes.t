#!/usr/bin/perl

# A hall of forty lanes that all get other names at once: as many places as
# there are for both are never had, and still every lane comes up.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(children);

use constant LANES => 40;

# Cameras that are not there, so that nothing is looked at.
sub hall {
    my ($name) = @_;
    return join('', map { Gmshoot::range("$name$_",
        camera => "http://127.0.0.1:9/$_.jpg") } 1 .. LANES);
}

my $t = Gmshoot->new(ranges => hall('old'));
my $w = Gmshoot::Real->new($t);

sub lanes_up {
    my ($name) = @_;
    return $t->wait_for(sub {
        my $all = $t->get_json('/api/lanes');
        return LANES == grep { $_->{name} =~ /^$name/ && $_->{state}
            && $_->{process} eq 'up' } @{ $all->{lanes} || [] };
    }, "the lanes $name", 12);
}

$t->start;
ok(lanes_up('old'), 'a hall of forty lanes comes up');

$t->write_conf(ranges => hall('new'));
$t->reload;
ok(lanes_up('new'), 'and again under forty other names')
    or diag(scalar(children($w->{pid})) . ' processes');
is(scalar(children($w->{pid})), LANES, 'no process is left over');

$w->finish;
$t->finish;
