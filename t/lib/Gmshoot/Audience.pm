# Clients of one lane's stream that come back whenever they are cut off, with
# the last id that they have seen, as browsers do.
#
#     my $a = Gmshoot::Audience->new($t, 12);
#     $a->listen(0.001);                # to each of them in turn
#     is($a->wrong(1, 1201), '', ...);  # each number once, in order
package Gmshoot::Audience;

use strict;
use warnings;

use List::Util qw(sum0);
use Time::HiRes qw(time);

# Of lane1, whose journal has the epoch 0xaa.
sub new {
    my ($class, $t, $clients) = @_;

    return bless { t => $t, epoch => '00000000000000aa',
                   clients => [map { { seen => [] } } 1 .. $clients] }, $class;
}

sub dial {
    my ($self, $c) = @_;

    my $last = $c->{seen}[-1];
    $c->{stream} = eval { $self->{t}->sse('/api/lanes/lane1/events',
        { defined $last ? ('Last-Event-ID' => "$self->{epoch}-$last") : () })
    } or return;
    $c->{dials}++;
    return;
}

# Each hears what is there, waiting this long for more.
sub listen {
    my ($self, $timeout) = @_;

    for my $c (@{ $self->{clients} }) {
        $self->dial($c) if !$c->{stream};
        next if !$c->{stream};

        while (my $e = $c->{stream}->next($timeout)) {
            $self->{retry}{ $e->{retry} }++ if $e->{retry};
            next if !$e->{id};
            $c->{snapshots}++ if $e->{event} eq 'snapshot';
            push @{ $c->{seen} }, $e->{id} =~ /-(\d+)$/;
        }
        delete $c->{stream} if $c->{stream}{eof};
    }
    return;
}

# Until each of them is there; false: not in time.
sub heard {
    my ($self, $seq, $timeout) = @_;

    my $until = time + $timeout;
    while (grep { ($_->{seen}[-1] || 0) < $seq } @{ $self->{clients} }) {
        return 0 if time > $until;
        $self->listen(0.01);
    }
    return 1;
}

# Who has not seen each number once and in order, a line each.
sub wrong {
    my ($self, $first, $last) = @_;

    my $expected = join(' ', $first .. $last);
    return join('', map {
        my @seen = @{ $_->{seen} };
        "dials $_->{dials} events " . @seen . " last $seen[-1]\n"
    } grep { "@{ $_->{seen} }" ne $expected } @{ $self->{clients} });
}

# How often they have dialed, and how many were sent a snapshot again.
sub dials { my ($self) = @_;
            return sum0(map { $_->{dials} || 0 } @{ $self->{clients} }); }
sub again { my ($self) = @_;
            return scalar grep { $_->{snapshots} > 1 } @{ $self->{clients} }; }

# How long they were told to wait, without doubles.
sub waits { my ($self) = @_; return sort { $a <=> $b }
            keys %{ $self->{retry} }; }

sub hang_up {
    my ($self) = @_;
    delete $_->{stream} for @{ $self->{clients} };
    return;
}

1;
