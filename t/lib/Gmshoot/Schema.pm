# Checks data against a schema of html/openapi.json: the part of JSON Schema
# that stands there.
#
#     my $s = Gmshoot::Schema->new("$repo/html/openapi.json");
#     my @wrong = $s->wrong($data, '#/components/schemas/Problem');
#
# Members that the schema does not name are wrong here, unless it says that it
# takes any: the description is of all that exists.  For clients it is open: they ignore what they do not know.
package Gmshoot::Schema;

use strict;
use warnings;

use B ();
use JSON::PP;

use Gmshoot ();

my %keywords = map { $_ => 1 } qw(
    type properties required items prefixItems enum const $ref anyOf
    additionalProperties pattern minimum maximum exclusiveMinimum minLength
    maxLength minItems maxItems description example
);

sub new {
    my ($class, $file) = @_;

    return bless {
        doc => JSON::PP->new->utf8->decode(Gmshoot::slurp($file)),
    }, $class;
}

sub doc { my ($self) = @_; return $self->{doc}; }

# What "#/a/b~1c" names; dies when it is not there.
sub at {
    my ($self, $pointer) = @_;

    my $node = $self->{doc};
    for my $step (split(m{/}, substr($pointer, 2))) {
        $step =~ s/~1/\//g;
        $step =~ s/~0/~/g;
        $node = ref $node eq 'ARRAY' ? $node->[$step] : $node->{$step};
        die "$pointer is not in the document" if !defined $node;
    }
    return $node;
}

# Sentences about what is wrong; none: it is as the schema says.
sub wrong {
    my ($self, $data, $schema) = @_;
    return $self->check($data, ref $schema ? $schema : $self->at($schema), '');
}

sub kind {
    my ($data) = @_;

    return 'null' if !defined $data;
    return 'object' if ref $data eq 'HASH';
    return 'array' if ref $data eq 'ARRAY';
    return 'boolean' if JSON::PP::is_bool($data);

    # what JSON::PP decodes from digits is a number to perl
    my $flags = B::svref_2object(\$data)->FLAGS;
    return 'string'
        if $flags & B::SVf_POK || !($flags & (B::SVf_IOK | B::SVf_NOK));
    return $data == int($data) ? 'integer' : 'number';
}

sub same {
    my ($one, $other) = @_;

    my $json = JSON::PP->new->canonical->allow_nonref;
    return kind($one) eq kind($other)
        && $json->encode([$one]) eq $json->encode([$other]);
}

sub check {
    my ($self, $data, $schema, $where) = @_;

    if (JSON::PP::is_bool($schema)) {
        return $schema ? () : "$where must not be there";
    }
    if (my @odd = grep { !$keywords{$_} } sort keys %$schema) {
        die "no check for @odd";
    }
    if (defined $schema->{'$ref'}) {
        return $self->check($data, $self->at($schema->{'$ref'}), $where);
    }
    if ($schema->{anyOf}) {
        return $self->check_any($data, $schema, $where);
    }

    my $kind = kind($data);
    if (defined $schema->{type}) {
        my @types = ref $schema->{type} ? @{ $schema->{type} }
                                        : $schema->{type};
        if (!grep { $_ eq $kind || ($_ eq 'number' && $kind eq 'integer') }
                @types) {
            return "$where is of type $kind, not @types";
        }
    }

    my @wrong;
    if ($schema->{enum} && !grep { same($_, $data) } @{ $schema->{enum} }) {
        push @wrong, "$where is none of what it may be: " . JSON::PP->new
            ->allow_nonref->encode($data);
    }
    if (exists $schema->{const} && !same($schema->{const}, $data)) {
        push @wrong, "$where is not what it must be";
    }

    return @wrong, $self->check_object($data, $schema, $where)
        if $kind eq 'object';
    return @wrong, $self->check_array($data, $schema, $where)
        if $kind eq 'array';
    return @wrong, check_text($data, $schema, $where) if $kind eq 'string';
    return @wrong, check_number($data, $schema, $where)
        if $kind eq 'integer' || $kind eq 'number';
    return @wrong;
}

# The complaint with the fewest sentences is that of the schema meant.
sub check_any {
    my ($self, $data, $schema, $where) = @_;

    my $best;
    for my $one (@{ $schema->{anyOf} }) {
        my @wrong = $self->check($data, $one, $where) or return;
        $best = \@wrong if !$best || @wrong < @$best;
    }
    return @$best;
}

sub check_object {
    my ($self, $data, $schema, $where) = @_;

    my $known = $schema->{properties} || {};
    my @wrong = map { "$where/$_ is missing" }
        grep { !exists $data->{$_} } @{ $schema->{required} || [] };

    my $open = $schema->{additionalProperties};
    for my $name (sort keys %$data) {
        next if !exists $known->{$name} && JSON::PP::is_bool($open) && $open;
        push @wrong, exists $known->{$name}
            ? $self->check($data->{$name}, $known->{$name}, "$where/$name")
            : "$where/$name is not described";
    }
    return @wrong;
}

sub check_array {
    my ($self, $data, $schema, $where) = @_;

    my @first = @{ $schema->{prefixItems} || [] };
    my @wrong;

    push @wrong, "$where has too few items"
        if defined $schema->{minItems} && @$data < $schema->{minItems};
    push @wrong, "$where has too many items"
        if defined $schema->{maxItems} && @$data > $schema->{maxItems};

    for my $i (0 .. $#$data) {
        my $item = $i < @first ? $first[$i] : $schema->{items};
        push @wrong, $self->check($data->[$i], $item, "$where/$i")
            if defined $item;
    }
    return @wrong;
}

sub check_text {
    my ($text, $schema, $where) = @_;

    my @wrong;
    push @wrong, "$where does not match $schema->{pattern}: $text"
        if defined $schema->{pattern} && $text !~ /$schema->{pattern}/;
    push @wrong, "$where is too short"
        if length $text < ($schema->{minLength} || 0);
    push @wrong, "$where is too long"
        if defined $schema->{maxLength} && length $text > $schema->{maxLength};
    return @wrong;
}

sub check_number {
    my ($n, $schema, $where) = @_;

    my @wrong;
    push @wrong, "$where is too small: $n"
        if (defined $schema->{minimum} && $n < $schema->{minimum})
        || (defined $schema->{exclusiveMinimum}
            && $n <= $schema->{exclusiveMinimum});
    push @wrong, "$where is too large: $n"
        if defined $schema->{maximum} && $n > $schema->{maximum};
    return @wrong;
}

1;
